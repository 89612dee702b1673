#include "e2e/context.hpp"

#include "e2e/error.hpp"
#include "frame.hpp"

namespace e2e {

namespace detail {

Action::~Action() = default;

void report_soft(const Failure& failure) {
  report_failure(required_frame("a check"), failure, E2E_FAILURE_SOFT);
}

void report_hard(const Failure& failure) {
  report_failure(required_frame("an assertion"), failure, 0);
  throw AssertionFailed();
}

OpenStep::OpenStep(std::string_view title, Location where) {
  Frame& frame = own_frame("e2e::step()");
  frame.last_seen = where;
  const HostApi& api = api_of(frame.instance);
  api.report->step_begin(api.host, to_str(title), to_str(clean_path(where.file)), where.line);
}

OpenStep::~OpenStep() {
  const HostApi& api = api_of(current_frame()->instance);
  api.report->step_end(api.host);
}

}  // namespace detail

RequestError::RequestError(std::string_view method, std::string_view url, std::string_view reason,
                           Location where)
    : method_(method),
      url_(url),
      reason_(reason),
      what_(method_ + " " + url_ + ": " + reason_),
      where_(where) {}
RequestError::~RequestError() = default;

void fail(std::string_view message, Location where) {
  detail::required_frame("e2e::fail()");
  detail::Failure failure;
  failure.where = where;
  failure.message = message;
  detail::report_hard(failure);
}

void skip(std::string_view reason, Location where) {
  detail::Frame& frame = detail::required_frame("e2e::skip()");
  if (frame.is_once_per_run) fail("e2e::skip() in E2E_ONCE_PER_RUN: skip in E2E_BEFORE_ALL instead", where);
  if (frame.is_init) fail("e2e::skip() in E2E_DYNAMIC_TESTS: make no test instead", where);
  const detail::HostApi& api = detail::api_of(frame.instance);
  api.report->skip(api.host, detail::to_str(reason), detail::to_str(detail::clean_path(where.file)),
                   where.line);
  frame.raise_to(E2E_SKIP);
  throw detail::Skipped();
}

void note(std::string_view text) {
  const detail::HostApi& api = detail::api_of(detail::required_frame("e2e::note()").instance);
  api.report->note(api.host, detail::to_str(text));
}

void attach(std::string_view name, std::string_view type, std::string_view bytes) {
  const detail::HostApi& api = detail::api_of(detail::required_frame("e2e::attach()").instance);
  if (!E2E_HAS(api.report, e2e_report_v1, attach)) {
    note("attachment '" + std::string(name.substr(0, 200)) + "' left out: the host (" +
         detail::to_string(api.host->name) + " " + detail::to_string(api.host->version) + ") keeps none");
    return;
  }
  api.report->attach(api.host, detail::to_str(name), detail::to_str(type), detail::to_str(bytes));
}

std::string secret(std::string_view value, Location where) {
  const detail::HostApi& api = detail::api_of(detail::required_frame("e2e::secret()").instance);
  if (!api.secret) {
    fail("the host (" + detail::to_string(api.host->name) + " " + detail::to_string(api.host->version) +
             ") does not offer " E2E_EXT_SECRET ", which e2e::secret() needs: update it",
         where);
  }
  if (api.secret->add(api.host, detail::to_str(value)) != E2E_PASS)
    fail("e2e::secret(): a secret has from 4 bytes to 16 KiB, and there are at most 1000", where);
  return std::string(value);
}

Context current() { return Context(&detail::required_frame("e2e::current()")); }

Context::Attachment::Attachment(detail::Frame* frame) : previous_(detail::exchange_frame(frame)) {}
Context::Attachment::~Attachment() { detail::exchange_frame(previous_); }

bool Context::run_action(detail::Action& action) const {
  const Attachment attached = attach();
  try {
    action.call();
    return true;
  } catch (const detail::AssertionFailed&) {
  } catch (const detail::Skipped&) {
  } catch (const Cancelled&) {
    frame_->is_cancelled = true;
  } catch (...) {
    detail::report_exception(*frame_);
  }
  return false;
}

}  // namespace e2e
