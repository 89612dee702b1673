// Declared before what it depends on: the order of files is not the order of running.
#include <e2e/e2e.hpp>

E2E_ONCE_PER_RUN(season, e2e::Page& page) { return e2e::object({{"name", "winter"}}); }

E2E_BEFORE_ALL(e2e::Page& page) { page.set_metadata("colour", "blue"); }

E2E_TEST(overwrites, e2e::Page& page, e2e::depends_on("02_hand_on::reads")) {
  E2E_CHECK(page.get_metadata("stock").as_int() == 3);
  page.set_metadata("stock", 2);
}

E2E_TEST(knows_its_fixtures, e2e::Page& page) {
  E2E_CHECK(page.once_per_run("season").at("/name").as_string() == "winter");
  E2E_CHECK(page.get_metadata("colour").as_string() == "blue");
}
