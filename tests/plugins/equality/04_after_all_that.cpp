// In mode `service` a replacement worker comes to these: it knows what the lost ones knew.
#include <cstdio>
#include <e2e/e2e.hpp>

E2E_TEST(still_knows_its_fixtures, e2e::Page& page, e2e::priority::low) {
  std::printf("%s, %s\n", page.once_per_run("season").at("/name").as_string().c_str(),
              page.get_metadata("colour").as_string().c_str());
}

E2E_TEST(still_reads, e2e::Page& page, e2e::priority::low, e2e::depends_on("02_hand_on::sets")) {
  E2E_CHECK(page.get_metadata("order").as_int() == 17);
}
