// Depends on the service `equality`, which depends on this one: both are run in parts.
#include <e2e/e2e.hpp>

E2E_TEST(moves_in, e2e::Page& page, e2e::depends_on("equality::02_hand_on::reads")) {
  E2E_CHECK(page.get_metadata("order").as_int() == 17);
  page.set_metadata("house", "small");
}

E2E_TEST(reads_what_came_back, e2e::Page& page,
         e2e::depends_on("equality::01_early::overwrites", "moves_in")) {
  E2E_CHECK(page.get_metadata("stock").as_int() == 0);
  E2E_CHECK(page.get_metadata("house").as_string() == "large");
}

E2E_TEST(waits_for_a_failure, e2e::Page& page, e2e::depends_on("equality::02_hand_on::reads_from_family")) {}

E2E_TEST(stands_alone, e2e::Page& page) { E2E_CHECK(page.service() == "family"); }
