// Tests of a service that the run starts itself: tests/e2e/tiny_server.cpp. What they come to stands in
// tests/e2e/managed_services_test.cpp.
#include <e2e/e2e.hpp>

E2E_TEST(asks, e2e::Page& page) { page.assert_status(page.get("/"), 200); }

E2E_TEST(asks_again, e2e::Page& page) { page.assert_status(page.get("/"), 200); }

E2E_TEST(asks_once_more, e2e::Page& page) { page.assert_status(page.get("/"), 200); }

E2E_TEST(asks_for_the_last_time, e2e::Page& page) { page.assert_status(page.get("/"), 200); }
