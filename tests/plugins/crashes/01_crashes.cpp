// Every way to die that a stack is shown of.
#include <e2e/e2e.hpp>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace {

struct NoMoney : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct Odd {};

[[gnu::noinline]] void pays(volatile int* purse) { *purse = 1; }

/// Never comes back, never uses up its caller's stack.
[[gnu::noinline]] int descends(int depth) {
  volatile char room[512];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : descends(depth + 1) + room[0];
}

[[gnu::noinline]] void throws(bool is_odd) {
  if (is_odd) throw Odd();
  throw NoMoney("the purse is empty");
}
[[gnu::noinline]] void throws_inside() noexcept { throws(false); }
[[gnu::noinline]] void throws_odd() noexcept { throws(true); }

[[gnu::noinline]] void hangs_here() {
  for (volatile bool is_patient = true; is_patient;) {
  }
}

}  // namespace

E2E_TEST(writes_to_null, e2e::Page&) { pays(nullptr); }
E2E_TEST(calls_null, e2e::Page&) {
  void (*volatile nothing)() = nullptr;
  nothing();
  // Not the last thing that it does: else it would be off the stack.
  pays(nullptr);
}
E2E_TEST(aborts, e2e::Page&) { std::abort(); }
E2E_TEST(overflows, e2e::Page&) {
  volatile int depth = descends(0);
  (void)depth;
}
E2E_TEST(throws_what_nobody_catches, e2e::Page&) { throws_inside(); }
E2E_TEST(throws_what_is_no_exception, e2e::Page&) { throws_odd(); }
E2E_TEST(forgets_a_thread, e2e::Page&) {
  const std::thread forgotten([] { std::this_thread::sleep_for(std::chrono::minutes(10)); });
}
E2E_TEST(crashes_in_another_thread, e2e::Page&) {
  std::thread([] { pays(nullptr); }).join();
}
E2E_TEST(is_killed_from_outside, e2e::Page&) {
  // As if by somebody: a signal that is sent says nothing of the place where it arrives.
  ::kill(::getpid(), SIGUSR2);
  ::pause();
}
E2E_TEST(hangs, e2e::Page&, e2e::timeout_ms(300)) {
  std::thread other(hangs_here);
  hangs_here();
}
E2E_TEST(throws_a_secret, e2e::Page&) {
  const std::string key = e2e::secret("sesame-open-yourself");
  [&]() noexcept {
    const auto tell = [&key] { throw std::runtime_error("the key is " + key); };
    tell();
  }();
}
E2E_TEST(overflows_in_a_thread, e2e::Page&) {
  std::thread([] {
    volatile int depth = descends(0);
    (void)depth;
  }).join();
}
E2E_TEST(crashes_in_a_step, e2e::Page& page) {
  e2e::step("pay", [&] {
    // Nobody answers: that is a request, too.
    try {
      page.get("/purse?owner=7");
    } catch (const std::exception&) {
    }
    pays(nullptr);
  });
}
E2E_TEST(passes_last, e2e::Page&) {}
