#include "page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "page/cookie_jar.hpp"
#include "page/exchange.hpp"
#include "page/http_session.hpp"
#include "page/page_environment.hpp"
#include "page/response.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

constexpr int64_t max_timeout_ms = 7LL * 24 * 3600 * 1000;
constexpr size_t max_method_bytes = 64;

uint64_t next_serial() noexcept {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

void require_method(std::string_view method) {
  if (!is_token(method) || method.size() > max_method_bytes) {
    throw RequestRefused(
        fmt::format("'{}' is not an HTTP method", printable(method.substr(0, max_method_bytes))));
  }
}

void require_body_allowed(const Request& request) {
  if (request.method == "HEAD" && !request.body.empty()) {
    throw RequestRefused("a HEAD request has no body (RFC 9110, 9.3.2): leave it out, or use another method");
  }
}

void add_header(Exchange::Headers& headers, const HeaderField& header,
                const std::vector<std::string>& secret_names) {
  const bool is_secret = is_secret_name(header.name, secret_names);
  headers.emplace_back(header.name, is_secret ? std::string_view("***") : header.value);
}

}  // namespace

Page::Page(PageSettings settings, HttpSession& session, PageEnvironment& environment)
    : settings_(std::move(settings)), session_(session), environment_(environment), serial_(next_serial()) {
  set_default_header("user-agent", "e2e-host/" E2E_HOST_VERSION);
  set_default_header("accept", "*/*");
  const auto is_configured = [this](const auto& automatic) {
    return std::any_of(settings_.headers.begin(), settings_.headers.end(), [&](const auto& header) {
      return is_same_header_name(header.first, automatic.first);
    });
  };
  std::erase_if(default_headers_, is_configured);
  default_headers_.insert(default_headers_.end(), settings_.headers.begin(), settings_.headers.end());
}

Page::~Page() = default;

Response* Page::request(const Request& request) {
  std::vector<HeaderField> headers;
  std::string url;
  int64_t timeout_ms = 0;
  try {
    require_method(request.method);
    require_body_allowed(request);
    headers = merged_headers(request);
    for (const HeaderField& header : headers) require_sendable(header);
    url = request_url(settings_.service, settings_.base_url, request.target, request.query);
    timeout_ms = timeout_ms_of(request);
  } catch (const RequestRefused& refused) {
    return refuse(request.method, refused.what());
  }
  if (!cookies_) cookies_ = std::make_unique<CookieJar>();

  const int64_t blocked_ns = environment_.wait_for_turn();
  const int64_t start_unix_ns = unix_ns();
  Answer answer = session_.perform(
      {request.method, url, headers, request.body, timeout_ms, settings_.max_body_bytes, cookies_.get()},
      environment_);
  answer.timings.blocked_ns = blocked_ns;
  record(request, headers, url, answer, start_unix_ns);
  if (answer.ending == Answer::Ending::cancelled) return nullptr;
  return add_response(request.method, std::move(url), std::move(answer));
}

Response* Page::refuse(std::string_view method, std::string_view reason) {
  Answer answer;
  answer.error = reason;
  return add_response(method, {}, std::move(answer));
}

void Page::release(Response& response) noexcept {
  auto& all = response.page_.responses_;
  const size_t index = response.index_;
  // The last one takes the place of the one that goes.
  std::swap(all[index], all.back());
  all[index]->index_ = index;
  all.pop_back();
}

void Page::release_all() noexcept { responses_.clear(); }

void Page::set_default_header(std::string_view name, std::string_view value) {
  std::erase_if(default_headers_,
                [&](const auto& header) { return is_same_header_name(header.first, name); });
  if (!value.empty()) default_headers_.emplace_back(name, value);
}

std::vector<HeaderField> Page::merged_headers(const Request& request) const {
  std::vector<HeaderField> merged;
  merged.reserve(default_headers_.size() + request.headers.size());
  for (const auto& own : default_headers_) {
    const bool is_overridden =
        std::any_of(request.headers.begin(), request.headers.end(),
                    [&](const HeaderField& header) { return is_same_header_name(header.name, own.first); });
    if (!is_overridden) merged.push_back({own.first, own.second});
  }
  merged.insert(merged.end(), request.headers.begin(), request.headers.end());
  return merged;
}

int64_t Page::timeout_ms_of(const Request& request) const {
  int64_t timeout_ms = request.timeout_ms;
  if (timeout_ms == 0) timeout_ms = timeout_ms_;
  if (timeout_ms == 0) timeout_ms = settings_.timeout_ms;
  if (timeout_ms <= 0)
    throw RequestRefused(fmt::format("a timeout of {} ms leaves no time to ask", timeout_ms));
  return std::min(timeout_ms, max_timeout_ms);
}

void Page::record(const Request& request, const std::vector<HeaderField>& headers, std::string_view url,
                  const Answer& answer, int64_t start_unix_ns) {
  const auto& secret_names = settings_.secret_names;
  Exchange exchange;
  exchange.method = request.method;
  exchange.url = recordable_url(url, secret_names);
  exchange.status = answer.status;
  exchange.error = answer.error;
  exchange.is_cancelled = answer.ending == Answer::Ending::cancelled;
  exchange.request_headers.reserve(headers.size());
  for (const HeaderField& header : headers) add_header(exchange.request_headers, header, secret_names);
  exchange.request_body = request.body.substr(0, Exchange::max_recorded_body_bytes);
  exchange.request_body_bytes = request.body.size();
  exchange.response_headers.reserve(answer.headers.size());
  for (size_t i = 0; i < answer.headers.size(); ++i) {
    add_header(exchange.response_headers, answer.headers.at(i), secret_names);
  }
  exchange.response_body = answer.body.substr(0, Exchange::max_recorded_body_bytes);
  exchange.response_body_bytes = answer.body.size();
  exchange.start_unix_ns = start_unix_ns;
  exchange.timings = answer.timings;
  environment_.exchange_finished(exchange);
}

Response* Page::add_response(std::string_view method, std::string url, Answer answer) {
  responses_.push_back(std::make_unique<Response>(*this, responses_.size(), std::string(method),
                                                  std::move(url), std::move(answer)));
  return responses_.back().get();
}

}  // namespace e2e::host
