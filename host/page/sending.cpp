#include "page/sending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "page/cookie_jar.hpp"
#include "page/exchange.hpp"
#include "page/page_environment.hpp"
#include "page/page_settings.hpp"
#include "page/redirect.hpp"
#include "page/retry_after.hpp"
#include "page/retry_plan.hpp"
#include "page/transfer_options.hpp"

namespace e2e::host {

namespace {

std::optional<int64_t> retry_after_of(const Answer& answer) {
  for (size_t i = 0; i < answer.headers.size(); ++i) {
    const HeaderField header = answer.headers.at(i);
    if (is_same_header_name(header.name, "retry-after")) return retry_after_ms(header.value, unix_ns());
  }
  return std::nullopt;
}

TryResult result_of(const Answer& answer) {
  if (answer.ending != Answer::Ending::answered) return {answer.kind, 0, {}};
  return {TryResult::Kind::answered, answer.status, retry_after_of(answer)};
}

std::string in_few_words(const Answer& answer) {
  using Kind = TryResult::Kind;
  switch (answer.kind) {
    case Kind::answered:
      return fmt::to_string(answer.status);
    case Kind::no_connection:
      return "no connection";
    case Kind::timed_out:
      return "no answer in time";
    default:
      return "a broken answer";
  }
}

void add_header(Exchange::Headers& headers, const HeaderField& header,
                const std::vector<std::string>& secret_names) {
  const bool is_secret = is_secret_name(header.name, secret_names);
  headers.emplace_back(header.name, is_secret ? std::string_view("***") : header.value);
}

bool describes_body(std::string_view name) {
  for (const char* header : {"content-type", "content-length", "content-encoding", "content-language"})
    if (is_same_header_name(name, header)) return true;
  return false;
}

}  // namespace

Sending::Sending(HttpSession& session, PageEnvironment& environment, const PageSettings& settings,
                 const CookieJar& cookies, const PreparedRequest& request)
    : session_(session),
      environment_(environment),
      cookies_(cookies),
      request_(request),
      secret_names_(settings.secret_names) {
  const auto& own = request.options->secret_names;
  secret_names_.insert(secret_names_.end(), own.begin(), own.end());
}

Sent Sending::run() {
  RetryPlan plan(request_.options->retry, request_.method);
  Sent sent;
  for (;;) {
    run_try(sent);
    if (sent.answer.ending == Answer::Ending::cancelled || !waits_for_retry(sent.answer, plan)) break;
    earlier_ += (earlier_.empty() ? "" : ", ") + in_few_words(sent.answer);
    ++sent.retries;
  }
  if (sent.retries > 0) tell_of_retries(sent);
  return sent;
}

void Sending::run_try(Sent& sent) {
  Hop hop{request_.method, request_.url, request_.headers, request_.body, request_.source.get()};
  const int64_t start_ns = monotonic_ns();
  int64_t blocked_ns = 0;
  for (;;) {
    const int64_t used_ms = (monotonic_ns() - start_ns - blocked_ns) / 1'000'000;
    const int64_t left_ms = std::max<int64_t>(1, request_.timeout_ms - used_ms);
    trace(hop);
    Answer answer = exchange(hop, sent.retries, left_ms);
    blocked_ns += answer.timings.blocked_ns;
    const auto redirect = request_.options->max_redirects > 0 ? redirect_of(answer, hop.method, hop.url)
                                                              : std::optional<Redirect>();
    if (!redirect || !follow(hop, *redirect, answer)) {
      sent.answer = std::move(answer);
      break;
    }
  }
  sent.url = std::move(hop.url);
  sent.method = hop.method;
  sent.redirects = hop.redirect;
}

bool Sending::follow(Hop& hop, const Redirect& redirect, Answer& answer) const {
  std::string problem = redirect.problem;
  if (problem.empty() && hop.redirect >= request_.options->max_redirects) {
    problem = fmt::format("more than {} {}; the last led to {}", request_.options->max_redirects,
                          request_.options->max_redirects == 1 ? "redirect" : "redirects",
                          recordable_url(redirect.url, secret_names_).substr(0, 500));
  }
  if (problem.empty() && !redirect.drops_body && hop.source != nullptr && !hop.source->rewind())
    problem = "the answer asks for the same body elsewhere, but the function that gives it can't begin anew";
  if (!problem.empty()) {
    answer.ending = Answer::Ending::failed;
    answer.kind = TryResult::Kind::other;
    answer.error = problem;
    return false;
  }
  std::erase_if(hop.headers, [&](const HeaderField& header) {
    return (redirect.drops_body && describes_body(header.name)) ||
           (redirect.is_other_origin && (is_secret(header.name) || is_same_header_name(header.name, "host")));
  });
  if (redirect.drops_body) {
    hop.body = {};
    hop.source = nullptr;
  }
  hop.method = redirect.method;
  hop.url = redirect.url;
  ++hop.redirect;
  return true;
}

void Sending::trace(Hop& hop) {
  if (!std::exchange(has_sent_, true) || !request_.is_traced) return;
  hop.traceparent = environment_.next_traceparent();
  for (HeaderField& header : hop.headers)
    if (is_same_header_name(header.name, "traceparent")) header.value = hop.traceparent;
}

bool Sending::is_secret(std::string_view header_name) const {
  return is_secret_name(header_name, secret_names_);
}

Answer Sending::exchange(const Hop& hop, uint32_t retry, int64_t timeout_ms) {
  for (const HeaderField& header : hop.headers)
    if (is_secret(header.name) && !is_same_header_name(header.name, "cookie"))
      environment_.credential(header.value);
  const int64_t blocked_ns = environment_.wait_for_turn();
  const int64_t start_unix_ns = unix_ns();
  Answer answer = session_.perform(
      {hop.method, hop.url, hop.headers, hop.body, timeout_ms, request_.options->max_body_bytes, &cookies_,
       request_.options, hop.source, request_.sink.get()},
      environment_);
  answer.timings.blocked_ns = blocked_ns;
  if (environment_.keeps_exchanges()) record(hop, answer, start_unix_ns, retry);
  return answer;
}

bool Sending::waits_for_retry(Answer& answer, RetryPlan& plan) {
  if (request_.options->retry.retries == 0) return false;
  const auto pause = plan.after(result_of(answer));
  if (!pause) return false;
  const int64_t pause_ms = pause->least_ms + environment_.random_up_to(pause->most_ms - pause->least_ms);
  if (request_.source && !request_.source->rewind()) return false;
  // A pause that the test would not outlive tells less than the answer that is there.
  const auto left_ms = environment_.time_to_deadline_ms();
  if (left_ms && *left_ms <= pause_ms) return false;
  if (environment_.pause(pause_ms)) return true;
  answer.ending = Answer::Ending::cancelled;
  return false;
}

void Sending::tell_of_retries(const Sent& sent) const {
  if (sent.answer.ending == Answer::Ending::cancelled) return;
  const std::string came_to =
      sent.answer.error.empty() ? fmt::to_string(sent.answer.status) : in_few_words(sent.answer);
  environment_.note(fmt::format("{} {} -> {} after {} {} ({})", request_.method,
                                recordable_url(request_.url, secret_names_), came_to, sent.retries,
                                sent.retries == 1 ? "retry" : "retries", earlier_));
}

void Sending::record(const Hop& hop, const Answer& answer, int64_t start_unix_ns, uint32_t retry) const {
  Exchange exchange;
  exchange.method = hop.method;
  exchange.url = recordable_url(hop.url, secret_names_);
  exchange.status = answer.status;
  exchange.error = answer.error;
  exchange.is_cancelled = answer.ending == Answer::Ending::cancelled;
  exchange.request_headers.reserve(hop.headers.size());
  for (const HeaderField& header : hop.headers) add_header(exchange.request_headers, header, secret_names_);
  if (hop.source != nullptr) {
    exchange.request_body = hop.source->beginning();
    exchange.request_body_bytes = static_cast<uint64_t>(
        std::max<int64_t>(hop.source->size(), static_cast<int64_t>(exchange.request_body.size())));
  } else {
    exchange.request_body = hop.body.substr(0, Exchange::max_recorded_body_bytes);
    exchange.request_body_bytes = hop.body.size();
  }
  exchange.response_headers.reserve(answer.headers.size());
  for (size_t i = 0; i < answer.headers.size(); ++i)
    add_header(exchange.response_headers, answer.headers.at(i), secret_names_);
  exchange.response_body = answer.body().substr(0, Exchange::max_recorded_body_bytes);
  exchange.response_body_bytes = answer.body_bytes;
  exchange.start_unix_ns = start_unix_ns;
  exchange.timings = answer.timings;
  exchange.retry = retry;
  exchange.redirect = hop.redirect;
  exchange.http_version = answer.http_version;
  exchange.body_sha256 = answer.body_sha256;
  exchange.curl_words = connection_curl_words(*request_.options);
  if (hop.source != nullptr)
    exchange.curl_words.insert(exchange.curl_words.end(), request_.curl_words.begin(),
                               request_.curl_words.end());
  WholeBodies whole;
  if (hop.source == nullptr) whole.request = hop.body;
  if (answer.body().size() == answer.body_bytes) whole.response = answer.shared_body;
  environment_.exchange_finished(exchange, whole);
}

}  // namespace e2e::host
