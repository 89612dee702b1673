#pragma once

#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <array>
#include <exception>
#include <locale>
#include <set>
#include <string>
#include <vector>

#include "worker/changing_calls.hpp"

namespace e2e::host {

/// What a test can change of its process for those that come after: the folder it is in, its environment,
/// umask, locales of C and C++, what signals do, which are blocked, on which stack they are handled, timers
/// that send some, soft resource limits (CPU time has one for each attempt), what an uncaught
/// exception does, how floating-point numbers are rounded, whether the process can be looked at. Kept at one
/// moment, and put back later; both on the main thread.
class ProcessState {
 public:
  /// As it is now.
  static ProcessState now();

  /// Makes it so again. What can't be put back (the folder is gone) stays as it is. What nobody can have
  /// changed is not looked at.
  void put_back(const ChangingCalls& could_be_made = {});

 private:
  void put_back_timers();
  void put_back_signals() const;

  std::string folder_;
  std::vector<std::string> environment_;  ///< in its order
  std::string locale_;
  std::locale cpp_locale_;
  locale_t thread_locale_ = nullptr;
  mode_t umask_ = 0;
  sigset_t blocked_{};
  std::array<struct sigaction, 32> actions_{};  ///< by number; of the standard signals
  stack_t signal_stack_{};
  std::array<bool, 3> has_interval_timer_{};  ///< by kind: ITIMER_REAL, ...
  std::set<int> timers_;                      ///< those of POSIX, by the kernel's number
  int next_timer_ = -1;                       ///< the number of the next one, as it goes; -1: not known
  std::array<rlimit, 9> limits_{};            ///< of kept_limits
  std::terminate_handler on_terminate_ = nullptr;
  fenv_t rounding_{};
  int is_dumpable_ = 1;
};

}  // namespace e2e::host
