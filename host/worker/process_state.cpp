#include "worker/process_state.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include <climits>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.hpp"

namespace e2e::host {
namespace {

std::string current_folder() {
  char path[PATH_MAX];
  return ::getcwd(path, sizeof path) == nullptr ? std::string() : path;
}

bool is_environment(const std::vector<std::string>& wanted) {
  if (environ == nullptr) return wanted.empty();
  size_t i = 0;
  for (; environ[i] != nullptr; ++i)
    if (i == wanted.size() || wanted[i] != environ[i]) return false;
  return i == wanted.size();
}

/// Entries without '=', which only an odd parent gives, are lost.
void set_environment(const std::vector<std::string>& wanted) {
  ::clearenv();
  for (const std::string& entry : wanted) {
    const size_t equals = entry.find('=');
    if (equals != 0 && equals != std::string::npos)
      ::setenv(entry.substr(0, equals).c_str(), entry.c_str() + equals + 1, 1);
  }
}

constexpr std::array interval_timers = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
/// Those that a test may want lower, and the next one would fail by.
constexpr std::array kept_limits = {RLIMIT_AS,    RLIMIT_CORE,       RLIMIT_DATA,
                                    RLIMIT_FSIZE, RLIMIT_MEMLOCK,    RLIMIT_NOFILE,
                                    RLIMIT_NPROC, RLIMIT_SIGPENDING, RLIMIT_STACK};

/// The number that the kernel gives to the process's next timer. They go up by one: whoever knows what it was
/// knows whether one has been made since, and this is a tenth of what it takes to list them. -1: not known.
int take_timer_number() {
  sigevent silent{};
  silent.sigev_notify = SIGEV_NONE;
  int timer = -1;
  if (::syscall(SYS_timer_create, CLOCK_MONOTONIC, &silent, &timer) != 0) return -1;
  ::syscall(SYS_timer_delete, timer);
  return timer;
}

/// The calling process's, by the kernel's numbers, each as "ID: 0" in a list that most kernels have.
std::set<int> posix_timers() {
  const UniqueFd list(::open("/proc/self/timers", O_RDONLY | O_CLOEXEC));
  std::set<int> timers;
  if (!list) return timers;
  char text[4096];
  std::string line;
  ssize_t n = 0;
  while ((n = ::read(list.get(), text, sizeof text)) > 0)
    for (const char c : std::string_view(text, static_cast<size_t>(n))) {
      if (c != '\n') {
        line += c;
        continue;
      }
      int id = 0;
      if (std::sscanf(line.c_str(), "ID: %d", &id) == 1) timers.insert(id);
      line.clear();
    }
  return timers;
}

void put_back_limit(__rlimit_resource which, const rlimit& wanted) {
  rlimit found{};
  if (::getrlimit(which, &found) != 0 || found.rlim_cur == wanted.rlim_cur) return;
  found.rlim_cur = std::min(wanted.rlim_cur, found.rlim_max);
  ::setrlimit(which, &found);
}

bool is_same(const stack_t& a, const stack_t& b) {
  constexpr int state = SS_DISABLE;
  return a.ss_sp == b.ss_sp && a.ss_size == b.ss_size && (a.ss_flags & state) == (b.ss_flags & state);
}

bool is_same(const struct sigaction& a, const struct sigaction& b) {
  return a.sa_flags == b.sa_flags && a.sa_sigaction == b.sa_sigaction;
}

}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  state.folder_ = current_folder();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    state.environment_.emplace_back(*entry);
  if (const char* locale = ::setlocale(LC_ALL, nullptr)) state.locale_ = locale;
  state.thread_locale_ = ::uselocale(nullptr);
  state.umask_ = ::umask(0);
  ::umask(state.umask_);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.blocked_);
  for (int number = 1; number < static_cast<int>(state.actions_.size()); ++number)
    ::sigaction(number, nullptr, &state.actions_[static_cast<size_t>(number)]);
  ::sigaltstack(nullptr, &state.signal_stack_);
  for (size_t i = 0; i < interval_timers.size(); ++i) {
    itimerval timer{};
    ::getitimer(interval_timers[i], &timer);
    state.has_interval_timer_[i] = timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0;
  }
  state.timers_ = posix_timers();
  if (const int timer = take_timer_number(); timer >= 0) state.next_timer_ = timer + 1;
  for (size_t i = 0; i < kept_limits.size(); ++i) ::getrlimit(kept_limits[i], &state.limits_[i]);
  state.on_terminate_ = std::get_terminate();
  ::fegetenv(&state.rounding_);
  state.is_dumpable_ = ::prctl(PR_GET_DUMPABLE);
  return state;
}

void ProcessState::put_back(const ChangingCalls& could_be_made) {
  if (!folder_.empty() && current_folder() != folder_) (void)!::chdir(folder_.c_str());
  if (!is_environment(environment_)) set_environment(environment_);
  // Before a signal does what it would have done.
  if (could_be_made.timers) put_back_timers();
  ::uselocale(thread_locale_);
  // Sets that of C as well.
  if (std::locale() != cpp_locale_) std::locale::global(cpp_locale_);
  const char* const locale = ::setlocale(LC_ALL, nullptr);
  if (locale != nullptr && locale_ != locale) ::setlocale(LC_ALL, locale_.c_str());
  ::umask(umask_);
  if (could_be_made.signals) put_back_signals();
  ::pthread_sigmask(SIG_SETMASK, &blocked_, nullptr);
  for (size_t i = 0; could_be_made.limits && i < kept_limits.size(); ++i)
    put_back_limit(kept_limits[i], limits_[i]);
  if (std::get_terminate() != on_terminate_) std::set_terminate(on_terminate_);
  ::fesetenv(&rounding_);
  if (is_dumpable_ >= 0 && ::prctl(PR_GET_DUMPABLE) != is_dumpable_) ::prctl(PR_SET_DUMPABLE, is_dumpable_);
}

void ProcessState::put_back_timers() {
  const itimerval none{};
  for (size_t i = 0; i < interval_timers.size(); ++i)
    if (!has_interval_timer_[i]) ::setitimer(interval_timers[i], &none, nullptr);
  const int timer_now = take_timer_number();
  const bool is_none_new = timer_now >= 0 && timer_now == next_timer_;
  next_timer_ = timer_now + 1;
  if (is_none_new) return;
  for (const int timer : posix_timers())
    if (!timers_.contains(timer)) ::syscall(SYS_timer_delete, timer);
}

void ProcessState::put_back_signals() const {
  stack_t stack{};
  if (::sigaltstack(nullptr, &stack) == 0 && !is_same(stack, signal_stack_))
    ::sigaltstack(&signal_stack_, nullptr);
  for (int number = 1; number < static_cast<int>(actions_.size()); ++number) {
    const struct sigaction& wanted = actions_[static_cast<size_t>(number)];
    struct sigaction found {};
    // SIGKILL and SIGSTOP can't be changed, nor what nobody has asked about.
    if (::sigaction(number, nullptr, &found) == 0 && !is_same(found, wanted))
      ::sigaction(number, &wanted, nullptr);
  }
}

}  // namespace e2e::host
