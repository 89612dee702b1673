// Each leaves a header behind on its page.
#include "trace.hpp"

namespace {
void ask(CountingPage& page) {
  page.assert_ok(page.get("/"));
  page.set_header("x-left-behind", "yes");
}
}  // namespace

E2E_TEST(asks, CountingPage& page) { ask(page); }
E2E_TEST(asks_again, CountingPage& page) { ask(page); }
E2E_TEST(asks_a_third_time, CountingPage& page) { ask(page); }
