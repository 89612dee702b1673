// What a test's time means where it waits for its turn.
#include "rates_page.hpp"

E2E_TEST(waits_longer_than_it_may_take, e2e::Page& page, e2e::timeout_ms(2000)) {
  for (int i = 0; i < 3; ++i) page.assert_ok(page.get("/"));
}

E2E_TEST(waits_for_ever, e2e::Page& page) {
  page.on_cleanup([] { e2e::note("cleaned up"); });
  while (true) page.get("/");
}
