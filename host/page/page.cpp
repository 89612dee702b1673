#include "page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/utf8.hpp"
#include "page/cookie_jar.hpp"
#include "page/http_session.hpp"
#include "page/response.hpp"
#include "page/sending.hpp"
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

void require_option(RequestOptions& options, std::string_view key, std::string_view value) {
  if (!is_request_option(key)) {
    throw RequestRefused(fmt::format("this host does not know the request option '{}': update e2e-host",
                                     printable(key.substr(0, 100))));
  }
  if (const std::string problem = set_request_option(options, key, value); !problem.empty()) {
    throw RequestRefused(
        fmt::format("the request option {} {}, not '{}'", key, problem, printable(value.substr(0, 200))));
  }
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
  PreparedRequest prepared;
  try {
    prepared = prepare(request);
  } catch (const RequestRefused& refused) {
    return refuse(request.method, refused.what());
  }
  if (!cookies_) cookies_ = std::make_unique<CookieJar>();
  Sent sent = Sending(session_, environment_, settings_, *cookies_, prepared).run();
  if (sent.answer.ending == Answer::Ending::cancelled) return nullptr;
  return add_response(request.method, std::move(prepared.url), std::move(sent));
}

PreparedRequest Page::prepare(const Request& request) const {
  require_method(request.method);
  require_body_allowed(request);
  PreparedRequest prepared;
  prepared.method = request.method;
  prepared.headers = merged_headers(request);
  for (const HeaderField& header : prepared.headers) require_sendable(header);
  prepared.url = request_url(settings_.service, settings_.base_url, request.target, request.query);
  prepared.body = request.body;
  prepared.timeout_ms = timeout_ms_of(request);
  prepared.options = settings_.request_options;
  for (const auto& [key, value] : request.options) require_option(prepared.options, key, value);
  return prepared;
}

Response* Page::refuse(std::string_view method, std::string_view reason) {
  Sent sent;
  sent.answer.error = reason;
  return add_response(method, {}, std::move(sent));
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

void Page::set_option(std::string_view key, std::string_view value) {
  require_option(settings_.request_options, key, value);
}

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

Response* Page::add_response(std::string_view method, std::string url, Sent sent) {
  responses_.push_back(std::make_unique<Response>(*this, responses_.size(), std::string(method),
                                                  std::move(url), std::move(sent)));
  return responses_.back().get();
}

}  // namespace e2e::host
