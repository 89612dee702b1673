#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__GNUC__)
#define E2E_HOST_API __attribute__((visibility("default")))
#else
#define E2E_HOST_API
#endif

/// Runs end-to-end tests from a program of your own: the library libe2e-host. It starts the installed program
/// e2e-host, which does all the work in processes of its own, and reads what it says. Link e2e::host (CMake
/// package e2e-host) or use pkg-config e2e-host.
namespace e2e::host {

/// What is handed out to a worker at once: all tests of a service, or one test.
enum class ParallelMode { service, test };

/// What these share: nothing, a worker process, or all (for a debugger).
enum class IsolationLevel { process, service, none };

/// How the tests run. As on the command line, it wins over e2e.conf.
struct ParallelConfig {
  bool enabled = true;                  ///< false: one after the other, with the same isolation
  std::optional<uint32_t> max_workers;  ///< missing: as many as there are CPUs; 0: `enabled = false`
  std::optional<ParallelMode> mode;     ///< missing: as e2e.conf says
  std::optional<IsolationLevel> isolation_level;  ///< missing: as e2e.conf says
};

/// Which tests run, and more of what `e2e-host run` can be told. Empty: all of them, as e2e.conf says.
/// Relative paths count from the caller's working folder.
struct RunOptions {
  std::vector<std::string> services;       ///< only tests of these
  std::vector<std::string> modules;        ///< only tests of these
  std::vector<std::string> tags;           ///< only tests with one of these
  std::vector<std::string> excluded_tags;  ///< no tests with any of these
  std::vector<std::string> filters;        ///< only tests that one of these means, as for --filter
  std::vector<std::string> names;          ///< services, modules, tests' names or ids
  std::optional<std::string> environment;  ///< of e2e.conf's `environments`
  std::vector<std::string> settings;       ///< KEY=VALUE, as for --set
  std::vector<std::string> plugins;        ///< folders of plugins, and plugins
  std::optional<std::string> config_file;
  std::optional<uint32_t> retries;
  std::optional<int64_t> test_timeout_ms;  ///< of a test that does not say so itself
  std::optional<int64_t> run_timeout_ms;   ///< of the whole run
  bool allow_empty = false;                ///< true: running no test at all is no error
  /// The program e2e-host. Empty: $E2E_HOST_PROGRAM; else the one installed with this library; else in $PATH.
  std::string program;
};

/// The last word on a test. A flaky one passed at a retry.
enum class TestOutcome { passed, failed, flaky, skipped, not_run };

struct TestResult {
  std::string id;  ///< service::module::name
  std::string module, name;
  TestOutcome outcome = TestOutcome::not_run;
  uint32_t attempts = 0;
  double duration_ms = 0;  ///< of all attempts
  std::string reason;      ///< why it was skipped, not run, crashed or timed out; may be empty
  std::string failure;     ///< what did not hold in the last attempt, a line for each; empty if nothing
  std::string file;        ///< of the first failure, else where the test is written; may be empty
  uint32_t line = 0;       ///< in `file`; 0: unknown
};

/// What became of a service's tests.
struct SuiteResult {
  uint32_t passed = 0, failed = 0, flaky = 0, skipped = 0, not_run = 0;
  uint32_t total = 0;                         ///< the sum of these
  std::vector<TestResult> tests;              ///< in canonical order: module, then declaration
  std::vector<std::string> fixture_failures;  ///< of after_all, which no test is to blame for

  /// Whether every test passed, was flaky or was skipped, and no fixture failed.
  [[nodiscard]] bool is_ok() const noexcept {
    return failed == 0 && not_run == 0 && fixture_failures.empty();
  }
};

/// By the service's name.
using SuiteResults = std::map<std::string, SuiteResult>;

/// The tests could not be run as asked, or the run was stopped: there is no result to rely on. Tests that
/// fail are no error.
class E2E_HOST_API RunError : public std::runtime_error {
 public:
  RunError(const std::string& what, int exit_code, SuiteResults results = {});
  ~RunError() override;
  RunError(const RunError&) = default;
  RunError& operator=(const RunError&) = default;

  /// The program's exit code: 2 command line or configuration, 3 nothing to run, 4 infrastructure, 130 and
  /// 143 interrupted; 128 and a signal's number where that killed it. -1: it did not run at all.
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }
  /// What became of the tests up to then. Those without an outcome are not_run.
  [[nodiscard]] const SuiteResults& results() const noexcept { return results_; }

 private:
  int exit_code_;
  SuiteResults results_;
};

/// Runs a project's tests, and returns when they are over.
///
/// `services_path`: the project's folder, or one in it, such as its `services`: e2e.conf is looked for there
/// and above. Relative ones count from the caller's working folder. `verbose`: the program prints a line for
/// each test, and what it has to say on stderr, to the caller's stdout; false: nothing.
///
/// Throws RunError, whose what() is in the program's own words where it had any.
///
/// May be called from any thread, and from several at once, also for the same project. The caller's signal
/// handlers and mask, working folder and environment are not touched; the program gets the environment as it
/// is then, default signals, and of open descriptors none but 0 to 2. SIGINT from a terminal reaches the
/// program too: it then lets tests clean up, and RunError is thrown. If the caller dies, the run is stopped.
E2E_HOST_API SuiteResults run_tests_parallel(const std::string& services_path,
                                             const ParallelConfig& parallel_config = {},
                                             bool verbose = false);

/// The same with a choice of tests and more.
E2E_HOST_API SuiteResults run_tests_parallel(const std::string& services_path,
                                             const ParallelConfig& parallel_config, const RunOptions& options,
                                             bool verbose = false);

}  // namespace e2e::host
