#include "e2e/page.hpp"

#include <strings.h>

#include <ctime>

#include "http_options.hpp"
#include "instance.hpp"
#include "scope.hpp"

namespace e2e {

namespace {

using detail::Failure;
using detail::Frame;
using detail::HostApi;
using detail::to_str;
using detail::to_string;
using detail::to_view;

bool has_header(const std::vector<Field>& fields, const char* name) {
  for (const Field& field : fields) {
    if (strcasecmp(field.name.c_str(), name) == 0) return true;
  }
  return false;
}

std::vector<e2e_kv> pairs_of(const std::vector<Field>& fields) {
  std::vector<e2e_kv> pairs;
  pairs.reserve(fields.size() + 1);
  for (const Field& field : fields) pairs.push_back({to_str(field.name), to_str(field.value)});
  return pairs;
}

[[noreturn]] void fail_with(const std::string& message, Location where) {
  Failure failure;
  failure.where = where;
  failure.message = message;
  detail::report_hard(failure);
}

std::int64_t monotonic_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

/// FNV-1a, 64 bits, as hexadecimal digits.
std::string digest(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 0xf];
  return digits;
}

}  // namespace

detail::Interceptor::~Interceptor() = default;

void Outgoing::set_header(std::string_view name, std::string_view value) {
  std::vector<Field> kept;
  for (Field& header : headers) {
    if (header.name.size() != name.size() || strncasecmp(header.name.data(), name.data(), name.size()) != 0)
      kept.push_back(std::move(header));
  }
  kept.emplace_back(name, value);
  headers = std::move(kept);
}

Page::Page(const detail::PageBinding& binding) : binding_(binding) {}
Page::~Page() = default;

Response Page::send(std::string_view method, const Target& asked, detail::RequestSpec& spec) {
  Frame& frame = detail::own_frame("a page");
  frame.last_seen = asked.where();
  std::string text(asked.text());
  // By index: an interceptor may add another.
  for (std::size_t i = 0; i < interceptors_.size(); ++i) {
    Outgoing outgoing{method, text, spec.headers, spec.query, spec.body};
    interceptors_[i]->before(outgoing);
  }
  const Target target(text, asked.where());
  std::vector<e2e_kv> headers = pairs_of(spec.headers);
  if (!spec.content_type.empty() && !has_header(spec.headers, "content-type")) {
    headers.push_back({to_str("content-type"), to_str(spec.content_type)});
  }
  const std::vector<e2e_kv> query = pairs_of(spec.query);
  e2e_request request{};
  request.struct_size = sizeof(request);
  request.method = to_str(method);
  request.target = to_str(target.text());
  request.headers = headers.data();
  request.header_count = headers.size();
  request.query = query.data();
  request.query_count = query.size();
  request.body = to_str(spec.body);
  request.timeout_ms = spec.timeout_ms;

  const HostApi& api = binding_.instance->api();
  e2e_response* handle = nullptr;
  const e2e_rc rc = ask(request, target, spec, handle);
  detail::throw_if_cancelled(frame, rc);
  if (rc == E2E_PASS && handle) {
    const Response response(binding_.instance->responses().adopt(handle));
    for (std::size_t i = 0; i < interceptors_.size(); ++i) interceptors_[i]->after(response);
    return response;
  }

  std::string reason = "no answer", url;
  if (handle) {
    if (const auto error = to_view(api.page->error(api.host, handle)); !error.empty()) reason = error;
    url = to_string(api.page->url(api.host, handle));
    api.page->release(api.host, handle);
  }
  if (url.empty()) url = target.text();
  throw RequestError(method, url, reason, target.where());
}

e2e_rc Page::ask(const e2e_request& request, const Target& target, const detail::RequestSpec& spec,
                 e2e_response*& handle) const {
  const HostApi& api = binding_.instance->api();
  if (!spec.needs_http) return api.page->request(api.host, binding_.page, &request, &handle);
  const e2e_http_v1& http = detail::required_http(api, spec.needs_http, target.where());
  return detail::ask_http(api, http, binding_.page, request, spec, handle);
}

void Page::use_spec(const detail::RequestSpec& spec, Location where) {
  if (!spec.query.empty() || !spec.content_type.empty() || spec.source || spec.sink)
    fail_with("page.use() takes no query and no body: these belong to one request", where);
  set_options("page.use()", spec.options, where);
  for (const Field& header : spec.headers) set_header(header.name, header.value);
  if (spec.timeout_ms != 0) set_timeout_ms(spec.timeout_ms);
}

void Page::intercept(detail::Interceptor* owned) {
  std::unique_ptr<detail::Interceptor> interceptor(owned);
  detail::own_frame("page.on_request()");
  interceptors_.push_back(std::move(interceptor));
}

void Page::set_options(const char* call, const std::vector<Field>& options, Location where) {
  detail::own_frame(call);
  if (options.empty()) return;
  const HostApi& api = binding_.instance->api();
  const e2e_http_v1& http = detail::required_http(api, call, where);
  for (const Field& option : options) {
    e2e_str problem{};
    if (http.set_option(api.host, binding_.page, to_str(option.name), to_str(option.value), &problem) ==
        E2E_PASS)
      continue;
    fail_with(std::string(call) + ": " + to_string(problem), where);
  }
}

void Page::set_retry(const RetryConfig& config, Location where) {
  set_options("page.set_retry()", detail::options_of(config), where);
}

void Page::add_cleanup(detail::Action* action, Location where) {
  std::unique_ptr<detail::Action> owned(action);
  Frame& frame = detail::own_frame("page.on_cleanup()");
  if (frame.is_once_per_run) {
    fail_with(
        "on_cleanup() in E2E_ONCE_PER_RUN: its result is for all scopes of the run; clean up in "
        "E2E_AFTER_ALL",
        where);
  }
  frame.cleanups.push_back({std::move(owned), where});
}

bool Page::probe_health(std::int64_t timeout, std::string& reason, Location where) {
  const HostApi& api = binding_.instance->api();
  const std::string endpoint = to_string(api.page->health_endpoint(api.host, binding_.page));
  detail::RequestSpec spec;
  spec.timeout_ms = timeout;
  try {
    const Response response = send("GET", Target(endpoint, where), spec);
    reason = response.exchange();
    return response.ok();
  } catch (const RequestError& error) {
    reason = error.what();
    return false;
  }
}

bool Page::check_health(Location where) {
  std::string reason;
  return probe_health(0, reason, where);
}

void Page::wait_for_healthy(std::int64_t deadline_ms, Location where) {
  constexpr std::int64_t longest_probe_ms = 5000, first_pause_ms = 20, longest_pause_ms = 500;
  const std::int64_t deadline = monotonic_ms() + deadline_ms;
  std::int64_t pause_ms = first_pause_ms;
  std::string reason;
  for (int attempts = 1;; ++attempts) {
    const std::int64_t left = deadline - monotonic_ms();
    const std::int64_t probe_ms = left < 1 ? 1 : (left < longest_probe_ms ? left : longest_probe_ms);
    if (probe_health(probe_ms, reason, where)) return;
    if (monotonic_ms() + pause_ms >= deadline) {
      const std::string message = service() + " is not healthy after " + std::to_string(deadline_ms) +
                                  " ms and " + std::to_string(attempts) +
                                  (attempts == 1 ? " attempt: " : " attempts: ") + reason;
      Failure failure;
      failure.where = where;
      failure.expression = "wait_for_healthy()";
      failure.message = message;
      detail::report_hard(failure);
    }
    const timespec pause{static_cast<time_t>(pause_ms / 1000), static_cast<long>(pause_ms % 1000) * 1000000};
    nanosleep(&pause, nullptr);
    pause_ms = pause_ms * 2 < longest_pause_ms ? pause_ms * 2 : longest_pause_ms;
  }
}

Json Page::once_per_run(std::string_view name, Location where) const {
  const Frame& frame = detail::own_frame("page.once_per_run()");
  const std::string label = "once_per_run \"" + std::string(name) + "\"";
  if (const std::string* result = frame.scope->once_per_run(name)) {
    return detail::parse_for_test(binding_.instance->api(), *result, label, where);
  }
  std::string message = "there is no " + label;
  for (const auto& fixture : binding_.instance->fixtures(detail::FixtureKind::once_per_run)) {
    if (fixture.name == name) message = label + " has not run yet";
  }
  fail_with(message + "; E2E_ONCE_PER_RUN fixtures run by file name, then declaration", where);
}

void Page::set_metadata(std::string_view key, const JsonValue& value, Location where) {
  Frame& frame = detail::own_frame("page.set_metadata()");
  const HostApi& api = binding_.instance->api();
  const e2e_rc rc = api.state->set_metadata(api.host, to_str(key), to_str(value.text()));
  detail::throw_if_cancelled(frame, rc);
  if (rc == E2E_PASS) return;
  fail_with("metadata \"" + std::string(key) + "\" was refused: it is not JSON, or larger than 1 MiB", where);
}

Json Page::get_metadata(std::string_view key, Location where) const {
  Frame& frame = detail::own_frame("page.get_metadata()");
  const HostApi& api = binding_.instance->api();
  e2e_str json{};
  const e2e_rc rc = api.state->get_metadata(api.host, to_str(key), &json);
  detail::throw_if_cancelled(frame, rc);
  const std::string label = "metadata \"" + std::string(key) + "\"";
  if (rc == E2E_PASS) return detail::parse_for_test(api, to_view(json), label, where);
  fail_with(
      "there is no " + label +
          ": no test that passed before has set it; name the one that does with e2e::depends_on(\"...\")",
      where);
}

bool Page::has_metadata(std::string_view key, Location) const {
  Frame& frame = detail::own_frame("page.has_metadata()");
  const HostApi& api = binding_.instance->api();
  e2e_str json{};
  const e2e_rc rc = api.state->get_metadata(api.host, to_str(key), &json);
  detail::throw_if_cancelled(frame, rc);
  return rc == E2E_PASS;
}

std::string Page::test_id() const {
  const HostApi& api = binding_.instance->api();
  return to_string(api.state->test_id(api.host));
}
unsigned Page::worker_index() const {
  const HostApi& api = binding_.instance->api();
  return api.state->worker_index(api.host);
}
unsigned Page::attempt() const {
  const HostApi& api = binding_.instance->api();
  return api.state->attempt(api.host);
}
std::string Page::run_id() const {
  const HostApi& api = binding_.instance->api();
  return to_string(api.state->run_id(api.host));
}

std::string Page::unique_token() const {
  const HostApi& api = binding_.instance->api();
  return test_id() + "-" + std::to_string(api.state->next_unique(api.host));
}

std::string Page::unique_email() const {
  // RFC 5321 4.5.3.1.1: the local part has at most 64 bytes.
  constexpr std::size_t max_local_part = 64, digest_digits = 16;
  std::string token = "e2e-" + unique_token();
  if (token.size() > max_local_part) {
    const std::string kept = token.substr(0, max_local_part - digest_digits - 1);
    token = kept + "-" + digest(token);
  }
  for (char& c : token) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return token + "@example.com";
}

std::string Page::unique_name(std::string_view prefix) const {
  return std::string(prefix) + "-" + unique_token();
}

std::string Page::base_url() const {
  const HostApi& api = binding_.instance->api();
  return to_string(api.page->base_url(api.host, binding_.page));
}
std::string Page::service() const {
  const HostApi& api = binding_.instance->api();
  return to_string(api.page->service(api.host, binding_.page));
}
std::string Page::health_endpoint() const {
  const HostApi& api = binding_.instance->api();
  return to_string(api.page->health_endpoint(api.host, binding_.page));
}

void Page::set_header(std::string_view name, std::string_view value) {
  detail::own_frame("page.set_header()");
  const HostApi& api = binding_.instance->api();
  api.page->set_default_header(api.host, binding_.page, to_str(name), to_str(value));
}
void Page::set_timeout_ms(std::int64_t timeout) {
  detail::own_frame("page.set_timeout_ms()");
  const HostApi& api = binding_.instance->api();
  api.page->set_default_timeout(api.host, binding_.page, timeout);
}

std::uint16_t Page::lease_port(Location where) const {
  detail::own_frame("page.lease_port()");
  const HostApi& api = binding_.instance->api();
  if (!api.lease) {
    fail_with("the host (" + to_string(api.host->name) + " " + to_string(api.host->version) +
                  ") does not offer " E2E_EXT_LEASE ", which page.lease_port() needs: update it",
              where);
  }
  const std::uint32_t port = api.lease->port(api.host);
  if (port == 0) fail_with("page.lease_port(): no port is free, or this test has 100 already", where);
  return static_cast<std::uint16_t>(port);
}

void Page::set_rate_limit(const RateLimitConfig& limit, Location where) {
  constexpr double min_rate = 0.001, max_rate = 1e6, ns_per_second = 1e9;
  detail::own_frame("page.set_rate_limit()");
  if (!limit.enabled) return;
  if (!(limit.requests_per_second >= min_rate && limit.requests_per_second <= max_rate)) {
    fail_with("a rate limit must be of 0.001 to 1000000 requests per second, not " +
                  std::to_string(limit.requests_per_second),
              where);
  }
  if (limit.burst < 1 || limit.burst > E2E_RATE_MAX_BURST) {
    fail_with("a rate limit's burst must be from 1 to " + std::to_string(E2E_RATE_MAX_BURST) + ", not " +
                  std::to_string(limit.burst),
              where);
  }
  const HostApi& api = binding_.instance->api();
  if (!api.rate) {
    fail_with("the host (" + to_string(api.host->name) + " " + to_string(api.host->version) +
                  ") does not offer " E2E_EXT_RATE ", which page.set_rate_limit() needs: update it",
              where);
  }
  e2e_rate_limit asked{};
  asked.struct_size = sizeof(asked);
  asked.burst = limit.burst;
  asked.interval_ns = static_cast<std::int64_t>(ns_per_second / limit.requests_per_second);
  // Never more often than was asked for.
  if (static_cast<double>(asked.interval_ns) * limit.requests_per_second < ns_per_second) ++asked.interval_ns;
  if (asked.interval_ns > E2E_RATE_MAX_INTERVAL_NS) asked.interval_ns = E2E_RATE_MAX_INTERVAL_NS;
  if (api.rate->set_limit(api.host, &asked) == E2E_ERROR) fail_with("the host refused the rate limit", where);
}

}  // namespace e2e
