#include <time.h>

#include "trace.hpp"

E2E_TEST(takes_too_long, CountingPage& page, e2e::timeout_ms(50)) {
  const timespec much_longer{0, 400'000'000};
  ::nanosleep(&much_longer, nullptr);
}
