// demo-backend as a process of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "temporary_folder.hpp"

namespace demo::test {

/// A demo-backend that a test started, its stdout and stderr in one pipe, its TMPDIR a folder of its own.
/// Killed with this, if it still runs.
class BackendProgram {
 public:
  explicit BackendProgram(std::vector<std::string> arguments);
  BackendProgram(const BackendProgram&) = delete;
  BackendProgram& operator=(const BackendProgram&) = delete;
  ~BackendProgram();

  /// The next line, without its end; what there is of it at the end of output or after 20 s.
  std::string read_line();

  void signal(int number) const;

  /// Its exit code, once it has ended; 128 and the number of the signal that killed it.
  int wait();

  [[nodiscard]] bool has_left_files() const;

 private:
  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int output_ = -1;
  bool has_ended_ = false;
};

/// The port in a line that says where a service is.
[[nodiscard]] int port_in(const std::string& line);

}  // namespace demo::test
