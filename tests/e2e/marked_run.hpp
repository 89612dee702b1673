#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host_run.hpp"

/// For tests that look at the processes of a run of the plugin `tree`, and at what is left of them.
namespace e2e_test {

/// Asks every 2 ms, for 20 s at most: the longest that anything these tests wait for may take.
bool comes_true(const std::function<bool()>& condition);

/// A process, told from a later one of the same number by when it started.
class Process {
 public:
  explicit Process(pid_t pid);
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// False if it was dead from the start; zombies do not run.
  [[nodiscard]] bool is_running() const;

 private:
  pid_t pid_;
  std::string start_;
};

/// The process has no such signal pending any more: its handler has run.
bool has_taken(pid_t pid, int signal_number);

/// The living children of a process that have that name; "": any.
std::vector<pid_t> children_of(pid_t parent, const std::string& name = "");

/// A run of the plugin `tree` in a project of its own, marked so that each of its processes is found, also
/// before the run has an id. What is still running of it is not killed with this, but for the host.
class MarkedRun {
 public:
  explicit MarkedRun(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {});

  RunningHost& host() { return *host_; }
  [[nodiscard]] const Project& project() const { return project_; }
  /// Its processes, as soon as there is exactly one of that name; throws if that does not come true.
  pid_t launcher();
  pid_t keeper();
  /// What a test told as `name`, as kind -> pid; waits for it.
  std::map<std::string, pid_t> family(const std::string& name);

  /// The living processes of it, but for those that were started with an empty environment.
  [[nodiscard]] std::vector<pid_t> remaining() const;
  /// Nothing of it is running, and its temporary files are gone.
  [[nodiscard]] bool is_gone() const;
  /// What is_gone() is false for, for people.
  [[nodiscard]] std::string left() const;

 private:
  Project project_;
  std::filesystem::path folder_, temporary_;
  std::unique_ptr<RunningHost> host_;
};

}  // namespace e2e_test
