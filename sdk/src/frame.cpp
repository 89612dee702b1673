#include "frame.hpp"

#include <stdexcept>

#include "dynamic.hpp"
#include "e2e/error.hpp"
#include "type_name.hpp"

namespace e2e::detail {

namespace {
thread_local Frame* frame_of_thread = nullptr;
}

Frame* current_frame() noexcept { return frame_of_thread; }

Frame* exchange_frame(Frame* frame) noexcept {
  Frame* const previous = frame_of_thread;
  frame_of_thread = frame;
  return previous;
}

EnteredFrame::EnteredFrame(Frame& frame) : previous_(frame_of_thread) {
  frame_of_thread = &frame;
  frame.thread = pthread_self();
}
EnteredFrame::~EnteredFrame() { frame_of_thread = previous_; }

Frame& required_frame(const char* what) {
  if (!frame_of_thread) {
    throw std::logic_error(std::string(what) +
                           " was used on a thread that runs no test: take e2e::current() in the test and "
                           "attach() it to the thread");
  }
  return *frame_of_thread;
}

Frame& own_frame(const char* what) {
  Frame& frame = required_frame(what);
  if (!frame.is_own_thread()) {
    throw std::logic_error(std::string(what) + " was used on another thread than the test's own");
  }
  return frame;
}

void Frame::raise_to(e2e_rc rc) {
  e2e_rc seen = worst.load();
  // FAIL outranks SKIP, though its code is lower.
  const auto rank = [](e2e_rc code) {
    return code == E2E_SKIP ? E2E_FAIL : (code == E2E_FAIL ? E2E_SKIP : code);
  };
  while (rank(rc) > rank(seen) && !worst.compare_exchange_weak(seen, rc)) {
  }
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool is_absolute = !path.empty() && path.front() == '/';
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const auto part : parts) {
    if (is_absolute || !clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

void FailureTrap::take(const Failure& failure) {
  if (has_failed) return;
  has_failed = true;
  where = failure.where;
  expression = failure.expression;
  message = failure.message;
  expected = failure.expected;
  actual = failure.actual;
}

void report_failure(Frame& frame, const Failure& failure, std::uint32_t flags) {
  if (frame.trap && frame.is_own_thread() && !(flags & E2E_FAILURE_ERROR)) return frame.trap->take(failure);
  frame.raise_to((flags & E2E_FAILURE_ERROR) ? E2E_ERROR : E2E_FAIL);
  const std::string file = clean_path(failure.where.file);
  if (frame.is_own_thread()) {
    frame.last_seen = failure.where;
    if (frame.first_failure.empty()) {
      frame.first_failure = failure.message.empty() ? failure.expression : failure.message;
      frame.first_failure += " (" + file + ":" + std::to_string(failure.where.line) + ")";
    }
  }
  e2e_failure record{};
  record.struct_size = sizeof(record);
  record.flags = flags;
  record.file = to_str(file);
  record.line = failure.where.line;
  record.expression = to_str(failure.expression);
  record.message = to_str(failure.message);
  record.expected = to_str(failure.expected);
  record.actual = to_str(failure.actual);
  const HostApi& api = api_of(frame.instance);
  if (frame.is_init) {
    std::string message(failure.message.empty() ? failure.expression : failure.message);
    if (!failure.actual.empty()) message += "; it is " + std::string(failure.actual);
    message += " (" + file + ":" + std::to_string(failure.where.line) + ")";
    return (flags & E2E_FAILURE_ERROR) ? log_error(api, message) : reject_settings(api, "", message);
  }
  api.report->failure(api.host, &record);
}

void report_exception(Frame& frame) noexcept {
  Failure failure;
  failure.where = frame.declared;
  std::string message;
  bool knows_place = false;
  try {
    throw;
  } catch (const RequestError& error) {
    failure.where = error.where();
    knows_place = true;
    message = error.what();
  } catch (const std::exception& error) {
    message = "unexpected " + type_name(typeid(error)) + ": " + error.what();
  } catch (...) {
    message = "unexpected exception of type " + current_exception_type();
  }
  const Location& seen = frame.last_seen;
  const bool has_moved_on =
      seen.line != frame.declared.line || std::string_view(seen.file) != frame.declared.file;
  if (!knows_place && has_moved_on && frame.is_own_thread()) {
    message += " (after " + clean_path(seen.file) + ":" + std::to_string(seen.line) + ")";
  }
  failure.message = message;
  report_failure(frame, failure, E2E_FAILURE_ERROR);
}

void throw_if_cancelled(Frame& frame, e2e_rc rc) {
  if (rc != E2E_CANCELLED) return;
  frame.is_cancelled = true;
  throw Cancelled();
}

void run_guarded(Frame& frame, Location declared, const std::function<void()>& function) noexcept {
  frame.declared = declared;
  frame.last_seen = declared;
  try {
    function();
  } catch (const AssertionFailed&) {
    frame.raise_to(E2E_FAIL);
  } catch (const Skipped&) {
    frame.raise_to(E2E_SKIP);
  } catch (const Cancelled&) {
    frame.is_cancelled = true;
  } catch (...) {
    report_exception(frame);
  }
}

void run_cleanups(Frame& frame) noexcept {
  if (frame.cleanups.empty()) return;
  const HostApi& api = api_of(frame.instance);
  api.report->phase(api.host, E2E_PHASE_CLEANUP, to_str(""));
  while (!frame.cleanups.empty()) {
    const Cleanup cleanup = std::move(frame.cleanups.back());
    frame.cleanups.pop_back();
    run_guarded(frame, cleanup.where, [&] { cleanup.action->call(); });
  }
}

}  // namespace e2e::detail
