#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "e2e/action.hpp"
#include "e2e/context.hpp"
#include "host_api.hpp"

namespace e2e::detail {

class Instance;
class Scope;

struct Cleanup {
  std::unique_ptr<Action> action;
  Location where;
};

/// What eventually() keeps of a try that did not succeed, in place of reporting it.
struct FailureTrap {
  bool has_failed = false;
  Location where;
  std::string expression, message, expected, actual;  // of the first failure
  void take(const Failure& failure);
};

/// What runs on a thread: an attempt, or the fixtures of a scope.
struct Frame {
  Frame(Instance& of, Scope* in) : instance(of), scope(in) {}

  Instance& instance;
  Scope* scope;
  std::atomic<e2e_rc> worst{E2E_PASS};  // of what was reported
  std::atomic<bool> is_cancelled{false};
  bool is_once_per_run = false;
  bool is_init = false;  // E2E_DYNAMIC_TESTS: no attempt that a failure could belong to
  pthread_t thread{};
  Location declared;   // the running test or fixture
  Location last_seen;  // what the test's own thread passed last
  std::string first_failure;
  std::vector<Cleanup> cleanups;
  FailureTrap* trap = nullptr;  // takes what the test's own thread reports

  void raise_to(e2e_rc rc);
  /// What run() or scope_open() returns.
  e2e_rc verdict() const { return is_cancelled ? E2E_CANCELLED : worst.load(); }
  bool is_own_thread() const { return pthread_equal(thread, pthread_self()) != 0; }
};

/// Makes `frame` the running thread's own while it lives.
class EnteredFrame {
 public:
  explicit EnteredFrame(Frame& frame);
  EnteredFrame(const EnteredFrame&) = delete;
  EnteredFrame& operator=(const EnteredFrame&) = delete;
  ~EnteredFrame();

 private:
  Frame* previous_;
};

/// The host that an instance belongs to.
const HostApi& api_of(const Instance& instance);

/// The running thread's, or null.
Frame* current_frame() noexcept;
/// Makes `frame` the running thread's, which need not be the frame's own thread. Returns the one before.
Frame* exchange_frame(Frame* frame) noexcept;
/// Throws std::logic_error naming `what` if the thread has none.
Frame& required_frame(const char* what);
/// The same, also if the thread is not the test's own.
Frame& own_frame(const char* what);

/// Tells the host; raises the frame's verdict.
void report_failure(Frame& frame, const Failure& failure, std::uint32_t flags);
/// Tells the host that an exception nobody expected arrived. Call it while that is being handled.
void report_exception(Frame& frame) noexcept;
/// Throws Cancelled if `rc` says so.
void throw_if_cancelled(Frame& frame, e2e_rc rc);

/// Runs a fixture, body or cleanup; reports what it throws.
void run_guarded(Frame& frame, Location declared, const std::function<void()>& function) noexcept;
/// Runs the cleanups, last in first out, also those added meanwhile.
void run_cleanups(Frame& frame) noexcept;

/// "services/users/modules/../page.hpp" -> "services/users/page.hpp"
std::string clean_path(std::string_view path);

}  // namespace e2e::detail
