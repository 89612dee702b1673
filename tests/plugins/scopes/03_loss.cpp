// Attempts that take their worker with them.
#include "trace.hpp"

E2E_TEST(leaves_a_mark, CountingPage& page) {
  trace_test(page, "leaves_a_mark");
  page.set_metadata("mark", 1);
}

E2E_TEST(crashes, CountingPage& page, e2e::tag("crash")) {
  page.set_metadata("lost", 1);
  std::abort();
}

E2E_TEST(hangs, CountingPage& page, e2e::tag("hang"), e2e::timeout_ms(150)) {
  page.set_metadata("lost", 1);
  for (;;) ::pause();
}

E2E_TEST(comes_after, CountingPage& page) { trace_test(page, "comes_after"); }
E2E_TEST(comes_last, CountingPage& page) { trace_test(page, "comes_last"); }
