// A test that changes all it can of its process, and one behind it that looks.
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <e2e/e2e.hpp>

#include <cfenv>
#include <cstdlib>
#include <exception>
#include <locale>
#include <string>

namespace {

/// As the process was found by the test that changes it.
struct Found {
  bool is_known = false;
  std::terminate_handler on_terminate = nullptr;
  locale_t thread_locale = nullptr;
  stack_t signal_stack{};
  rlimit files{};
  int dumpable = 0;
  std::string timers;
} found;

rlimit file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

/// Empty where the kernel tells of none.
std::string posix_timers() {
  char text[4096];
  const int list = ::open("/proc/self/timers", O_RDONLY);
  if (list < 0) return {};
  const ssize_t n = ::read(list, text, sizeof text);
  ::close(list);
  return {text, n > 0 ? static_cast<size_t>(n) : 0};
}

bool is_armed(__itimer_which which) {
  itimerval timer{};
  ::getitimer(which, &timer);
  return timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0;
}

struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

[[gnu::noinline]] int descends(int depth) {
  volatile char room[512];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : descends(depth + 1) + room[0];
}

}  // namespace

E2E_TEST(changes_all, e2e::Page&) {
  found.is_known = true;
  found.on_terminate = std::get_terminate();
  found.thread_locale = ::uselocale(nullptr);
  ::sigaltstack(nullptr, &found.signal_stack);
  found.files = file_limit();
  found.dumpable = ::prctl(PR_GET_DUMPABLE);
  found.timers = posix_timers();

  std::set_terminate([] { std::_Exit(0); });
  std::locale::global(std::locale(std::locale::classic(), new Comma));
  ::uselocale(::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr));
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
  rlimit files = found.files;
  files.rlim_cur = 5;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::prctl(PR_SET_DUMPABLE, 0);
  std::fesetround(FE_UPWARD);
  ::alarm(600);
  const itimerval long_after{{0, 0}, {600, 0}};
  ::setitimer(ITIMER_PROF, &long_after, nullptr);
  sigevent told{};
  told.sigev_notify = SIGEV_SIGNAL;
  told.sigev_signo = SIGUSR1;
  timer_t timer{};
  const itimerspec much_later{{0, 0}, {600, 0}};
  if (::timer_create(CLOCK_MONOTONIC, &told, &timer) == 0) ::timer_settime(timer, 0, &much_later, nullptr);
}

E2E_TEST(finds_all_as_it_was, e2e::Page&) {
  E2E_REQUIRE(found.is_known);
  E2E_CHECK(std::get_terminate() == found.on_terminate);
  E2E_CHECK(std::locale() == std::locale::classic());
  E2E_CHECK(::uselocale(nullptr) == found.thread_locale);
  stack_t stack{};
  ::sigaltstack(nullptr, &stack);
  E2E_CHECK(stack.ss_sp == found.signal_stack.ss_sp);
  E2E_CHECK((stack.ss_flags & SS_DISABLE) == 0);
  E2E_CHECK(file_limit().rlim_cur == found.files.rlim_cur);
  E2E_CHECK(::prctl(PR_GET_DUMPABLE) == found.dumpable);
  E2E_CHECK(std::fegetround() == FE_TONEAREST);
  E2E_CHECK(::alarm(0) == 0u);
  E2E_CHECK(!is_armed(ITIMER_PROF));
  E2E_CHECK(posix_timers() == found.timers);
}

E2E_TEST(overflows_behind_it, e2e::Page&) {
  volatile int depth = descends(0);
  (void)depth;
}
