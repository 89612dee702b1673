// Threads that outlive their test, and threads that do not.
#include <unistd.h>
#include <e2e/e2e.hpp>

#include <chrono>
#include <thread>

namespace {

/// Longer than it takes to find the thread, and to have the worker go.
constexpr std::chrono::milliseconds long_after(500);

struct ServedPage : e2e::Page {
  using e2e::Page::Page;
};

}  // namespace

E2E_BEFORE_ALL(ServedPage&) {
  std::thread([] {
    for (;;) ::pause();
  }).detach();
}

E2E_TEST(joins_its_threads, ServedPage& page) {
  page.set_metadata("worker", ::getpid());
  for (int i = 0; i < 20; ++i) std::thread([] {}).join();
  std::thread([] {}).detach();
}

E2E_TEST(is_in_the_same_worker, ServedPage& page, e2e::depends_on("joins_its_threads")) {
  E2E_CHECK(page.get_metadata("worker").as_int() == ::getpid());
}

E2E_TEST(leaves_a_thread_that_crashes, ServedPage&) {
  std::thread([] {
    std::this_thread::sleep_for(long_after);
    *static_cast<volatile int*>(nullptr) = 1;
  }).detach();
}

E2E_TEST(first_victim, ServedPage&) { std::this_thread::sleep_for(2 * long_after); }
E2E_TEST(second_victim, ServedPage&) {}

E2E_TEST(leaves_two_threads, ServedPage&) {
  for (int i = 0; i < 2; ++i)
    std::thread([] {
      for (;;) ::pause();
    }).detach();
}
E2E_TEST(third_victim, ServedPage&) {}
