// Two tests that can only pass at the same time: each end of the FIFO $SCOPES_FIFO opens when the other does.
#include "trace.hpp"

namespace {
/// Where it runs, as it is told: "writes index=0 slot=0 worker=1".
void trace_place(const CountingPage& page, const char* name) {
  const auto variable = [](const char* wanted) {
    const char* value = std::getenv(wanted);
    return std::string(value != nullptr ? value : "none");
  };
  trace("place", std::string(name) + " index=" + std::to_string(page.worker_index()) +
                     " slot=" + variable("E2E_SLOT") + " worker=" + variable("E2E_WORKER_ID"));
}
}  // namespace

E2E_TEST(writes, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "writes");
  trace_place(page, "writes");
  meet(O_WRONLY);
}

E2E_TEST(reads, CountingPage& page, e2e::timeout_ms(20'000)) {
  trace_test(page, "reads");
  trace_place(page, "reads");
  meet(O_RDONLY);
}
