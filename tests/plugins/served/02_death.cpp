#include <e2e/e2e.hpp>

E2E_TEST(before, e2e::Page& page) { page.assert_status(page.get("/"), 200); }

E2E_TEST(makes_it_die, e2e::Page& page) { page.assert_status(page.get("/die"), 200); }

E2E_TEST(behind, e2e::Page& page) { page.assert_status(page.get("/"), 200); }

E2E_TEST(does_not_ask, e2e::Page& page) { E2E_CHECK(page.service() == "served"); }
