// No test of this service has a chance.
#include <e2e/e2e.hpp>

E2E_BEFORE_ALL(e2e::Page& page) {
  E2E_CHECK(page.service() == "sound");
  e2e::fail("the fixture is broken");
}

E2E_TEST(never_runs, e2e::Page& page) { e2e::note("it ran"); }
E2E_TEST(is_tried_again, e2e::Page& page, e2e::retries(1)) { e2e::note("it ran"); }
E2E_TEST(depends_on_one_of_them, e2e::Page& page, e2e::depends_on("never_runs")) { e2e::note("it ran"); }
E2E_TEST(is_the_last, e2e::Page& page, e2e::priority::low) { e2e::note("it ran"); }
