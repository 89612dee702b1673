// Crashes before and behind a moment that the caller chooses: when there is the file that CRASHES_GATE names.
#include <e2e/e2e.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace {

[[gnu::noinline]] void breaks(volatile int* thing) { *thing = 1; }

}  // namespace

E2E_TEST(crashes_before_the_gate, e2e::Page&) { breaks(nullptr); }
E2E_TEST(waits_at_the_gate, e2e::Page&) {
  const char* const gate = std::getenv("CRASHES_GATE");
  while (gate != nullptr && !std::filesystem::exists(gate))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}
E2E_TEST(crashes_behind_the_gate, e2e::Page&) { breaks(nullptr); }
E2E_TEST(passes_behind_the_gate, e2e::Page&) {}
E2E_TEST(crashes_last, e2e::Page&) { breaks(nullptr); }
E2E_TEST(passes_in_the_end, e2e::Page&) {}
