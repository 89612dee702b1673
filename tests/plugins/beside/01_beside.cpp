// One crashes while the other runs.
#include "../scopes/trace.hpp"

E2E_TEST(runs_on, CountingPage& page) {
  meet(O_RDONLY);
  for (;;) ::pause();
}
E2E_TEST(crashes_beside, CountingPage& page) {
  meet(O_WRONLY);
  std::abort();
}
