// Two workers, one of which is lost; then two workers again.
#include "trace.hpp"

E2E_TEST(is_lost, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "is_lost");
  meet(O_WRONLY);
  std::abort();
}
E2E_TEST(survives, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "survives");
  meet(O_RDONLY);
}

E2E_TEST(one_goes_on, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "one_goes_on");
  meet(O_WRONLY);
}
E2E_TEST(another_goes_on, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "another_goes_on");
  meet(O_RDONLY);
}
