#include "report/slow_tests.hpp"

namespace e2e::host {

bool SlowTests::is_news(const TestSlow& slow) {
  int64_t& told_ns = told_ns_[{slow.test, slow.attempt}];
  // Looked at some times a second, its time may have doubled but for a moment.
  if (slow.elapsed_ns < 2 * told_ns) return false;
  told_ns = slow.elapsed_ns;
  return true;
}

}  // namespace e2e::host
