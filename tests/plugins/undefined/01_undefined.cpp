// Built with UndefinedBehaviorSanitizer, which ends the process at the first error.
#include <e2e/e2e.hpp>

#include <limits>

namespace {
volatile int largest = std::numeric_limits<int>::max();
}

E2E_TEST(before, e2e::Page& page) { (void)page; }
E2E_TEST(overflows, e2e::Page& page) {
  (void)page;
  largest = largest + 1;
}
E2E_TEST(after, e2e::Page& page) { (void)page; }
