#include "page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "page/cookie_jar.hpp"
#include "page/http_session.hpp"
#include "page/multipart.hpp"
#include "page/page_environment.hpp"
#include "page/response.hpp"
#include "page/sending.hpp"
#include "page/socket_opener.hpp"
#include "page/socket_table.hpp"
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
  const int bodies = int{!request.body.empty()} + int{!request.parts.empty()} +
                     int{!request.body_file.empty()} + int{static_cast<bool>(request.body_function)};
  if (bodies > 1) throw RequestRefused("the request has several bodies: leave all but one out");
  if (request.method == "HEAD" && bodies > 0) {
    throw RequestRefused("a HEAD request has no body (RFC 9110, 9.3.2): leave it out, or use another method");
  }
}

bool has_header(const std::vector<HeaderField>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [name](const HeaderField& header) { return is_same_header_name(header.name, name); });
}

/// With exactly one slash between.
std::string joined_base(std::string_view base_url, std::string_view path) {
  if (path.empty() || base_url.empty()) return std::string(base_url);
  return std::string(base_url.substr(0, base_url.find_last_not_of('/') + 1)).append(path);
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

Page::~Page() { release_all(); }

Response* Page::request(const Request& request) {
  PreparedRequest prepared;
  try {
    prepared = prepare(request);
  } catch (const RequestRefused& refused) {
    return refuse(request.method, refused.what());
  }
  warn_of_unverified(prepared);
  Sent sent = Sending(session_, environment_, settings_, cookies(), prepared).run();
  if (sent.answer.ending == Answer::Ending::cancelled) return nullptr;
  return add_response(std::move(sent));
}

PreparedRequest Page::prepare(const Request& request) {
  require_method(request.method);
  require_body_allowed(request);
  PreparedRequest prepared;
  prepared.method = request.method;
  prepared.options = &settings_.request_options;
  if (!request.options.empty()) {
    prepared.own_options = std::make_unique<RequestOptions>(settings_.request_options);
    for (const auto& [key, value] : request.options) require_option(*prepared.own_options, key, value);
    prepared.options = prepared.own_options.get();
  }
  const RequestOptions& options = *prepared.options;
  prepared.headers = merged_headers(request);
  prepared.url = request_url(settings_.service, base_url_of(options), request.target, request.query);
  prepared.timeout_ms = timeout_ms_of(request);
  prepare_body(request, prepared);
  if (request.answer_function)
    prepared.sink = std::make_unique<FunctionSink>(request.answer_function);
  else if (!options.save_to.empty())
    prepared.sink = std::make_unique<FileSink>(options.save_to);
  if (options.has_traceparent && !has_header(prepared.headers, "traceparent")) {
    prepared.traceparent = environment_.next_traceparent();
    prepared.is_traced = !prepared.traceparent.empty();
    if (prepared.is_traced) prepared.headers.push_back({"traceparent", prepared.traceparent});
  }
  for (const HeaderField& header : prepared.headers) require_sendable(header);
  return prepared;
}

void Page::prepare_body(const Request& request, PreparedRequest& prepared) {
  prepared.body = request.body;
  if (!request.parts.empty()) {
    const std::string boundary =
        "e2e-" +
        sha256_digits(fmt::format("{} {} {}", settings_.service, serial_, ++multiparts_)).substr(0, 32);
    Multipart multipart = make_multipart(request.parts, boundary);
    prepared.source = std::make_unique<SegmentedBody>(std::move(multipart.segments));
    prepared.curl_words = std::move(multipart.curl_words);
    if (!has_header(prepared.headers, "content-type")) {
      prepared.content_type = std::move(multipart.content_type);
      prepared.headers.push_back({"content-type", prepared.content_type});
    }
  } else if (!request.body_file.empty()) {
    std::string path(request.body_file);
    if (path.find('\0') != path.npos) throw RequestRefused("the body's path has a NUL in it");
    prepared.curl_words = {"--data-binary", "@" + path};
    std::vector<BodySegment> segments;
    segments.push_back({{}, std::move(path)});
    prepared.source = std::make_unique<SegmentedBody>(std::move(segments));
  } else if (request.body_function) {
    prepared.source = std::make_unique<FunctionBody>(request.body_function, request.body_function_size);
  }
}

std::string Page::base_url_of(const RequestOptions& options) const {
  if (options.base.empty()) return joined_base(settings_.base_url, options.base_path);
  const auto found = options.base_urls.find(options.base);
  if (found == options.base_urls.end()) {
    throw RequestRefused(fmt::format(
        "service '{}' has no base URL '{}': say services.{}.base_urls.{} in e2e.conf", settings_.service,
        printable(options.base.substr(0, 100)), settings_.service, printable(options.base.substr(0, 100))));
  }
  return found->second;
}

void Page::warn_of_unverified(const PreparedRequest& request) {
  if (has_warned_ || request.options->tls.verify || !has_https_scheme(request.url)) return;
  has_warned_ = true;
  environment_.note("TLS certificates are not verified: tls_verify is false");
}

Response* Page::refuse(std::string_view method, std::string_view reason) {
  Sent sent;
  sent.answer.error = reason;
  sent.method = method;
  return add_response(std::move(sent));
}

void Page::release(Response& response) noexcept {
  auto& all = response.page_.responses_;
  const size_t index = response.index_;
  // The last one takes the place of the one that goes.
  std::swap(all[index], all.back());
  all[index]->index_ = index;
  all.pop_back();
}

void Page::release_all() noexcept {
  responses_.clear();
  if (std::exchange(has_sockets_, false)) SocketTable::of_process().drop_all_of(*this);
}

uint64_t Page::open_socket(Request request, SocketResult& result) {
  PreparedRequest prepared;
  const std::string target = http_target_of(request.target);
  request.target = target;
  try {
    prepared = prepare(request);
  } catch (const RequestRefused& refused) {
    result = {SocketResult::End::failed, refused.what()};
    return 0;
  }
  warn_of_unverified(prepared);
  uint64_t number = 0;
  auto socket = SocketOpener(environment_, settings_, cookies()).open(prepared, number, result);
  if (!socket) return 0;
  has_sockets_ = true;
  SocketTable::of_process().add(number, *this, std::move(socket));
  return number;
}

CookieJar& Page::cookies() {
  if (!cookies_) cookies_ = std::make_unique<CookieJar>();
  return *cookies_;
}

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

Response* Page::add_response(Sent sent) {
  responses_.push_back(std::make_unique<Response>(*this, responses_.size(), std::move(sent)));
  return responses_.back().get();
}

}  // namespace e2e::host
