#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Runs the real program in a project folder of its own, as a user would, and reads what it left.
namespace e2e_test {

/// As much of the file as can be read: a process may die while its files in /proc are read.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// A temporary project folder; removed with this.
class Project {
 public:
  /// With an e2e.conf of that text.
  explicit Project(const std::string& config);
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  std::filesystem::path folder_;
};

/// What a finished invocation left.
struct HostRun {
  int exit_code = -1;  ///< 128 + the signal's number if it was killed
  std::string out, err;
  std::vector<nlohmann::json> events;  ///< of its journal, in order; empty if it kept none
  std::filesystem::path run_folder;

  /// The test_finished outcome of a test; "" if there is none.
  [[nodiscard]] std::string outcome(const std::string& id) const;
  /// The statuses of a test's attempts, in order: "failed passed".
  [[nodiscard]] std::string statuses(const std::string& id) const;
  /// The last attempt_finished of a test; null if there is none.
  [[nodiscard]] nlohmann::json last_attempt(const std::string& id) const;
  /// All events of that name.
  [[nodiscard]] std::vector<nlohmann::json> all(const std::string& name) const;
  /// One line a test, in the canonical order of run_started: "id outcome statuses reason". What has to be
  /// equal between runs.
  [[nodiscard]] std::string outcomes() const;
};

/// An invocation under way.
class RunningHost {
 public:
  /// `prepare` is called in the new process, right before that becomes the program.
  RunningHost(const Project& project, const std::vector<std::string>& arguments,
              const std::map<std::string, std::string>& environment = {},
              const std::function<void()>& prepare = {});
  ~RunningHost();
  RunningHost(const RunningHost&) = delete;
  RunningHost& operator=(const RunningHost&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Waits until its journal has an event that matches; throws after 30 s.
  nlohmann::json wait_for_event(const std::string& name, const std::string& test = "");
  /// The run's id, once the journal has begun.
  [[nodiscard]] std::string run_id();
  /// Waits for its end; kills it and throws after 120 s.
  HostRun wait();

 private:
  const Project& project_;
  pid_t pid_ = -1;
  std::filesystem::path out_, err_;
  std::vector<std::filesystem::path> runs_before_;
};

/// Runs `e2e-host ARGUMENTS...` in the project's folder to its end.
HostRun run_host(const Project& project, const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment = {},
                 const std::function<void()>& prepare = {});

/// The living processes that belong to a run, by E2E_RUN_ID or its shared memory; zombies do not count.
std::vector<pid_t> processes_of_run(const std::string& run_id);

/// The program that is tested.
std::filesystem::path host_program();

/// Where the build put plugins that tests use: verdicts.so, ...
std::filesystem::path test_plugin(const std::string& file);

}  // namespace e2e_test
