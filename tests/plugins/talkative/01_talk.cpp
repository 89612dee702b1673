// Tests that print, and wait for somebody to have read it.
#include <e2e/e2e.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {
void wait_for_gate() {
  const char* gate = std::getenv("E2E_TEST_GATE");
  while (gate != nullptr && ::access(gate, F_OK) != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}
}  // namespace

E2E_TEST(waits_to_be_heard, e2e::Page& page, e2e::timeout_ms(30000)) {
  std::printf("first\nhalf a li");
  std::fflush(stdout);
  e2e::step("wait for the gate", wait_for_gate);
  std::printf("ne\n");
  std::fprintf(stderr, "\x1b[31mlast");
}

E2E_TEST(is_heard_without_flushing, e2e::Page& page, e2e::timeout_ms(30000)) {
  std::printf("a whole line\nand no more");
  wait_for_gate();
}

E2E_TEST(says_nothing, e2e::Page& page) { E2E_CHECK(page.service() == "talkative"); }
