#pragma once

#include <signal.h>

#include <array>
#include <string>
#include <vector>

namespace e2e::host {

/// What a test can change of its process for those that come after: the folder it is in, its environment,
/// umask and locale, what signals do, which are blocked. Kept at one moment, and put back later.
class ProcessState {
 public:
  /// As it is now.
  static ProcessState now();

  /// Makes it so again. What can't be put back (the folder is gone) stays as it is.
  void put_back() const;

 private:
  std::string folder_;
  std::vector<std::string> environment_;  ///< in its order
  std::string locale_;
  mode_t umask_ = 0;
  sigset_t blocked_{};
  std::array<struct sigaction, 32> actions_{};  ///< by number; of the standard signals
};

}  // namespace e2e::host
