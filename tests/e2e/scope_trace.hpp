#pragma once

#include <sys/stat.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host_run.hpp"

/// Runs tests of the plugin `scopes`, whose fixtures and tests write down where they ran.
namespace e2e_test {

/// A line of the trace.
struct Traced {
  std::string what;  ///< once_per_run, before_all, before_each, after_each, after_all, test, place
  std::string pid, tid;
  std::string detail;  ///< "use=1", "second use=3 mark=yes lost=no opened=yes"
};

struct ScopesRun {
  HostRun host;
  std::string host_pid;
  std::vector<Traced> trace;

  [[nodiscard]] std::vector<Traced> all(const std::string& what) const {
    std::vector<Traced> found;
    for (const auto& line : trace)
      if (line.what == what) found.push_back(line);
    return found;
  }
  [[nodiscard]] size_t count(const std::string& what) const { return all(what).size(); }
  /// What a test saw: "use=3 mark=yes lost=no opened=yes"; "" if it did not run.
  [[nodiscard]] std::string seen_by(const std::string& test) const {
    for (const auto& line : all("test"))
      if (line.detail.rfind(test + " ", 0) == 0) return line.detail.substr(test.size() + 1);
    return "";
  }
  /// The details of all lines of that kind, in order: "use=1 | use=1".
  [[nodiscard]] std::string details(const std::string& what) const {
    std::string text;
    for (const auto& line : all(what)) text += (text.empty() ? "" : " | ") + line.detail;
    return text;
  }
  [[nodiscard]] std::set<std::string> pids(const std::string& what) const {
    std::set<std::string> found;
    for (const auto& line : all(what)) found.insert(line.pid);
    return found;
  }
  [[nodiscard]] std::set<std::string> tids(const std::string& what) const {
    std::set<std::string> found;
    for (const auto& line : all(what)) found.insert(line.tid);
    return found;
  }
  /// What happened, in order, without places: "before_all first second after_all".
  [[nodiscard]] std::string sequence() const {
    std::string text;
    for (const auto& line : trace) {
      const std::string name = line.what == "test" ? line.detail.substr(0, line.detail.find(' ')) : line.what;
      text += (text.empty() ? "" : " ") + name;
    }
    return text;
  }
};

/// A column of the table in docs/design/001-scopes.md.
struct Cell {
  std::string isolation, mode;
};

/// A project with the plugin `scopes`.
class ScopesProject {
 public:
  explicit ScopesProject(const std::string& base_url = "http://127.0.0.1:9")
      : project_("limits: {grace_period: 200, setup_timeout: 300}\nservices:\n  scopes: {base_url: \"" +
                 base_url + "\"}\n") {
    ::mkfifo((project_.folder() / "fifo").c_str(), 0600);
  }

  [[nodiscard]] ScopesRun run(const Cell& cell, const std::string& workers,
                              const std::vector<std::string>& choice,
                              std::map<std::string, std::string> environment = {}) const {
    const std::string file = project_.folder() / "trace";
    std::filesystem::remove(file);
    std::filesystem::remove(file + ".first");
    environment["SCOPES_TRACE"] = file;
    environment["SCOPES_FIFO"] = project_.folder() / "fifo";
    std::vector<std::string> arguments = {"run",         "--plugins",    test_plugin("scopes.so"),
                                          "--isolation", cell.isolation, "--parallel-mode",
                                          cell.mode,     "-j",           workers};
    arguments.insert(arguments.end(), choice.begin(), choice.end());
    RunningHost host(project_, arguments, environment);
    ScopesRun run;
    run.host_pid = std::to_string(host.pid());
    run.host = host.wait();
    std::istringstream lines(project_.read("trace"));
    for (std::string line; std::getline(lines, line);) {
      Traced traced;
      std::istringstream words(line);
      words >> traced.what >> traced.pid >> traced.tid;
      std::getline(words >> std::ws, traced.detail);
      run.trace.push_back(traced);
    }
    return run;
  }

 private:
  Project project_;
};

}  // namespace e2e_test
