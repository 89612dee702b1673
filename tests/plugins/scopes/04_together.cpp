// Two tests that can only pass at the same time: each end of the FIFO $SCOPES_FIFO opens when the other does.
#include "trace.hpp"

namespace {
void meet(int flags) {
  const int fd = ::open(std::getenv("SCOPES_FIFO"), flags | O_CLOEXEC);
  E2E_REQUIRE(fd >= 0);
  ::close(fd);
}
}  // namespace

E2E_TEST(writes, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "writes");
  meet(O_WRONLY);
}

E2E_TEST(reads, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "reads");
  meet(O_RDONLY);
}
