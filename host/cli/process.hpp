#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// A program started by this process, which stays one of its group and its terminal: Ctrl-C reaches both. It
/// gets SIGTERM when this process dies. To be used before this process has a thread.
class Process {
 public:
  /// Starts `words[0]`, looked for in $PATH, with all words as its arguments, in `folder` (empty: here). Its
  /// standard output and error go to `both`, its standard output alone to `output`, where these are open.
  /// Throws std::system_error; that no such program is there is told so too.
  Process(const std::vector<std::string>& words, const std::string& folder, int both = -1, int output = -1);
  /// SIGTERM, and waits, if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Readable once it has ended.
  [[nodiscard]] int fd() const noexcept { return pidfd_.get(); }
  void signal(int number) const;
  /// Waits for its end: its exit code, or 128 + the signal that killed it.
  int wait();

 private:
  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

/// The file of this very program.
std::string own_program();

}  // namespace e2e::host
