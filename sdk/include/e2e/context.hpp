#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "action.hpp"
#include "error.hpp"
#include "location.hpp"

namespace e2e {

namespace detail {

struct Frame;

/// One assertion that did not hold, or an error. Borrowed for the call; empty parts are left out of reports.
struct Failure {
  Location where;
  std::string_view expression;  ///< As written.
  std::string_view message;
  std::string_view expected;
  std::string_view actual;
};

/// Reports to the host and goes on. Throws std::logic_error where the calling thread has no test.
void report_soft(const Failure& failure);
/// Reports to the host and ends the test.
[[noreturn]] void report_hard(const Failure& failure);

/// A step is open while this lives.
class OpenStep {
 public:
  OpenStep(std::string_view title, Location where);
  OpenStep(const OpenStep&) = delete;
  OpenStep& operator=(const OpenStep&) = delete;
  ~OpenStep();
};

}  // namespace detail

/// Ends the test as failed. Like all of this header it works on a test's own thread, and on one that attached
/// to it (see current()); elsewhere it throws std::logic_error.
[[noreturn]] void fail(std::string_view message, Location where = Location::here());

/// Ends the test as skipped, for `reason`. In E2E_BEFORE_ALL it skips every test of the scope. A test that
/// had a failed E2E_CHECK before stays failed.
[[noreturn]] void skip(std::string_view reason, Location where = Location::here());

/// Keeps a fact with the attempt; reports show it.
void note(std::string_view text);

/// Keeps a file with the attempt: a screenshot, a log, an export. Reports show it: an image as one, the rest
/// as a file. `name` is what people see, `type` its media type ("image/png"). At most 16 MiB; what is larger,
/// or more than 100 of an attempt, is left out, and a note says so. Secrets are taken out of it.
void attach(std::string_view name, std::string_view type, std::string_view bytes);

/// From now on nothing shows the value: `***` stands for it in every record and report, also where it is
/// encoded, and in what tests write to stdout and stderr. Returns it: `const auto token =
/// e2e::secret(login(...));`. Ends the test if it has less than 4 bytes or more than 16 KiB. Credentials of
/// requests (bearer, basic, api_key) are kept anyway.
std::string secret(std::string_view value, Location where = Location::here());

/// Runs `body` as a named step, and returns what it returns. Steps nest. Only on the test's own thread.
template <class Body>
decltype(auto) step(std::string_view title, Body&& body, Location where = Location::here()) {
  const detail::OpenStep open(title, where);
  return std::forward<Body>(body)();
}

/// A handle to the running test, to be carried to threads that the test starts, so that checks work there.
/// Valid until the test (or fixture) returns; the test joins its threads before that.
class Context {
 public:
  /// While it lives, its thread belongs to the test.
  class Attachment {
   public:
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    ~Attachment();

   private:
    friend class Context;
    explicit Attachment(detail::Frame* frame);
    detail::Frame* previous_;
  };

  /// `const auto attached = context.attach();`. An E2E_REQUIRE that fails throws in that thread, so either
  /// catch, or use run().
  [[nodiscard]] Attachment attach() const { return Attachment(frame_); }

  /// Attaches, runs `body`, and reports what it throws as the test's failure. True if it threw nothing.
  template <class Body>
  bool run(Body&& body) const {
    auto call = [&body] { static_cast<void>(body()); };
    detail::OwnedAction<decltype(call)> action(call);
    return run_action(action);
  }

 private:
  friend Context current();
  explicit Context(detail::Frame* frame) : frame_(frame) {}
  bool run_action(detail::Action& action) const;
  detail::Frame* frame_;
};

/// The test that this thread runs. Throws std::logic_error if there is none.
Context current();

}  // namespace e2e
