// Tests that end their process, or try to outlive it, in every way there is. What each must be reported as
// stands in tests/e2e/verdicts_test.cpp.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <e2e/e2e.hpp>
#include <stdexcept>

E2E_TEST(passes_first, e2e::Page& page) { E2E_CHECK(page.worker_index() < 1024u); }

E2E_TEST(aborts, e2e::Page& page) {
  std::puts("about to abort");
  std::fflush(stdout);
  std::abort();
}

E2E_TEST(exits, e2e::Page& page) { std::exit(0); }

E2E_TEST(exits_at_once, e2e::Page& page) { ::_exit(0); }

E2E_TEST(exits_with_code, e2e::Page& page) { ::_exit(7); }

E2E_TEST(dereferences_null, e2e::Page& page) {
  volatile int* nothing = nullptr;
  *nothing = 1;
}

namespace {
int descend(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : descend(depth + 1) + frame[0];
}
}  // namespace

E2E_TEST(overflows_its_stack, e2e::Page& page) { E2E_CHECK(descend(0) != 0); }

E2E_TEST(throws, e2e::Page& page) { throw std::runtime_error("nobody expects this"); }

E2E_TEST(throws_in_noexcept, e2e::Page& page) {
  const auto fail = [] { throw std::runtime_error("nobody can catch this"); };
  [&fail]() noexcept { fail(); }();
}

E2E_TEST(kills_itself, e2e::Page& page) { ::kill(::getpid(), SIGKILL); }

E2E_TEST(closes_descriptors, e2e::Page& page) { ::close_range(0, ~0u, 0); }

E2E_TEST(replaces_itself, e2e::Page& page) { ::execl("/bin/sleep", "sleep", "600", nullptr); }

E2E_TEST(leaves_a_child, e2e::Page& page) {
  if (::fork() == 0) {
    ::execl("/bin/sleep", "sleep", "600", nullptr);
    ::_exit(1);
  }
}

E2E_TEST(leaves_a_daemon, e2e::Page& page) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    if (::fork() == 0) {
      ::execl("/bin/sleep", "sleep", "600", nullptr);
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

E2E_TEST(passes_last, e2e::Page& page) { E2E_CHECK(page.service() == "verdicts"); }
