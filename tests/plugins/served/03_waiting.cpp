#include <e2e/e2e.hpp>

E2E_TEST(waits, e2e::Page& page) { page.get("/wait"); }
