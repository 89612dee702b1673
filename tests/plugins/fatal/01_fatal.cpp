// A service whose before_all kills its worker.
#include <cstdlib>
#include <e2e/e2e.hpp>

E2E_BEFORE_ALL(e2e::Page& page) { std::abort(); }

E2E_TEST(meets_it_first, e2e::Page& page, e2e::tag("ends_worker")) { e2e::note("it ran"); }
E2E_TEST(is_tried_again, e2e::Page& page, e2e::retries(1), e2e::tag("ends_worker")) { e2e::note("it ran"); }
E2E_TEST(depends_on_one_of_them, e2e::Page& page, e2e::tag("ends_worker"),
         e2e::depends_on("meets_it_first")) {
  e2e::note("it ran");
}
