#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "worker/capture_ends.hpp"
#include "worker/changing_calls.hpp"
#include "worker/plugin_instance.hpp"
#include "worker/process_state.hpp"
#include "worker/thread_watch.hpp"
#include "worker/worker_state.hpp"

namespace e2e::host {

class Page;

/// Runs units in a worker: opens and closes scopes, runs attempts, retries in place, skips what depends on a
/// test that did not pass, and reports each step to the host.
class UnitRunner {
 public:
  /// `capture` has no pipes under isolation `none`; `is_own_process` is false there.
  UnitRunner(WorkerState& worker, CaptureEnds& capture, bool is_own_process);
  ~UnitRunner();

  /// Runs a unit, or as much of it as the host lets it. Returns false if the worker has to leave: its order
  /// says so, or for a failure; it was told to cancel, or can't be heard any more. Throws std::runtime_error
  /// where the plugin can't be used.
  bool run(const UnitOrder& order);
  /// Closes the scope that is open, if one is, and says so.
  void close_scope();

 private:
  struct Scope {
    void* handle = nullptr;
    bool is_open = false;                        ///< false: it failed to open
    e2e_rc rc = E2E_PASS;                        ///< why it did
    std::vector<WorkerState::Recorded> reports;  ///< what was reported then: each of its tests tells it again
    std::optional<ProcessState> process = {};  ///< as its tests find it; once one has run that others follow
  };

  /// A copy of this process that a test forked does not go on with the tests: it waits to be found and
  /// killed.
  void keep_copies_out() const;
  void use_plugin(const UnitOrder& order);
  /// All attempts of a test. Its last result.
  e2e_rc run_test(const UnitOrder& order, const TestOrder& test);
  e2e_rc run_attempt(const UnitOrder& order, const TestOrder& test, uint32_t attempt);
  void begin_attempt(const TestOrder& test, uint32_t attempt);
  void end_attempt(const UnitOrder& order, const TestOrder& test, uint32_t attempt, e2e_rc rc);
  e2e_rc open_scope(const UnitOrder& order);
  void tell_scope_reports();
  void report_leaks();
  /// A thread that the attempt left could do harm to the next one: then the worker takes no other.
  void look_for_threads();
  bool must_stop();
  std::unique_ptr<Page> make_page(const UnitOrder& order);
  /// A test's own, where each has one. Else the scope's, or from a retry on the one made for that.
  Page& page_for(const UnitOrder& order, bool needs_fresh_page);

  WorkerState& worker_;
  CaptureEnds& capture_;
  const bool is_own_process_;
  const pid_t own_pid_;
  std::vector<std::unique_ptr<PluginInstance>> instances_;
  PluginInstance* instance_ = nullptr;
  std::optional<Scope> scope_;
  std::unique_ptr<Page> scope_page_;              ///< lives as long as the scope, as the ABI promises
  std::unique_ptr<Page> test_page_;               ///< the tests', where that is another; see page_for()
  std::unordered_map<uint32_t, e2e_rc> results_;  ///< of the unit's tests, by index in the run
  uint32_t scopes_opened_ = 0;
  bool is_spent_ = false;      ///< the worker leaves after this unit, for what a test did in it
  bool is_unit_over_ = false;  ///< what is left of it is for another worker
  bool will_go_on_ = true;     ///< there may be another unit after this one
  ThreadWatch threads_;
  ResourceLimits resources_;
  std::optional<ProcessState> process_;      ///< as the worker began, where it serves several units
  std::optional<LaterLibraries> libraries_;  ///< plugins and theirs, where anything is put back
};

}  // namespace e2e::host
