#include "page/retry_plan.hpp"

#include <algorithm>
#include <array>

namespace e2e::host {

bool is_idempotent(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 6> methods = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

RetryPlan::RetryPlan(const RetryOptions& options, std::string_view method)
    : options_(options), may_repeat_(options.has_all_methods || is_idempotent(method)) {}

bool RetryPlan::is_reason(const TryResult& result) const {
  using Kind = TryResult::Kind;
  switch (result.kind) {
    case Kind::answered:
      return std::find(options_.on_status.begin(), options_.on_status.end(), result.status) !=
             options_.on_status.end();
    case Kind::no_connection:
      return options_.on_connect;
    case Kind::timed_out:
      return options_.on_timeout;
    case Kind::broken:
      return options_.on_broken;
    case Kind::other:
      break;
  }
  return false;
}

std::optional<RetryPlan::Pause> RetryPlan::after(const TryResult& result) {
  if (!may_repeat_ || retries_ >= options_.retries || !is_reason(result)) return std::nullopt;
  if (result.retry_after_ms) {
    if (*result.retry_after_ms > options_.max_delay_ms) return std::nullopt;
    ++retries_;
    return Pause{*result.retry_after_ms, *result.retry_after_ms};
  }
  // 20 retries double an hour to less than 2^42 ms.
  const int64_t most_ms = std::min(options_.delay_ms << retries_, options_.max_delay_ms);
  ++retries_;
  return Pause{0, most_ms};
}

}  // namespace e2e::host
