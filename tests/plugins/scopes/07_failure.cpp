// A failure that leaves its worker well.
#include "trace.hpp"

E2E_TEST(passes_before, CountingPage& page, e2e::priority::high) {
  trace_test(page, "passes_before");
  page.set_metadata("mark", 1);
}

E2E_TEST(fails, CountingPage& page) {
  trace_test(page, "fails");
  page.set_metadata("lost", 1);
  e2e::fail("as asked");
}

E2E_TEST(passes_after, CountingPage& page) { trace_test(page, "passes_after"); }
E2E_TEST(fails_last, CountingPage& page) {
  trace_test(page, "fails_last");
  e2e::fail("as asked");
}
E2E_TEST(needs_a_failure, CountingPage& page, e2e::depends_on("fails")) {
  trace_test(page, "needs_a_failure");
}
