// A service that says itself that there is nothing to test.
#include <e2e/e2e.hpp>

E2E_BEFORE_ALL(e2e::Page& page) { e2e::skip("the service is not installed"); }

E2E_TEST(is_skipped, e2e::Page& page) { e2e::note("it ran"); }
E2E_TEST(is_skipped_too, e2e::Page& page, e2e::retries(1)) { e2e::note("it ran"); }
E2E_TEST(depends_on_one_of_them, e2e::Page& page, e2e::depends_on("is_skipped")) { e2e::note("it ran"); }
