#include "trace.hpp"

E2E_TEST(before_the_retry, CountingPage& page) { trace_test(page, "before_the_retry"); }

E2E_TEST(is_retried, CountingPage& page, e2e::retries(1)) {
  trace_test(page, page.attempt() == 1 ? "attempt_1" : "attempt_2");
  page.set_metadata("lost", 1);
  E2E_REQUIRE(page.attempt() == 2u);
}

E2E_TEST(after_the_retry, CountingPage& page) { trace_test(page, "after_the_retry"); }
