#include "page/sending.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "page/cookie_jar.hpp"
#include "page/exchange.hpp"
#include "page/page_environment.hpp"
#include "page/page_settings.hpp"
#include "page/retry_after.hpp"
#include "page/retry_plan.hpp"

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

}  // namespace

Sending::Sending(HttpSession& session, PageEnvironment& environment, const PageSettings& settings,
                 const CookieJar& cookies, const PreparedRequest& request)
    : session_(session),
      environment_(environment),
      settings_(settings),
      cookies_(cookies),
      request_(request) {}

Sent Sending::run() {
  RetryPlan plan(request_.options.retry, request_.method);
  Sent sent;
  for (;;) {
    sent.answer = exchange(sent.retries);
    if (sent.answer.ending == Answer::Ending::cancelled || !waits_for_retry(sent.answer, plan)) break;
    earlier_ += (earlier_.empty() ? "" : ", ") + in_few_words(sent.answer);
    ++sent.retries;
  }
  if (sent.retries > 0) tell_of_retries(sent);
  return sent;
}

Answer Sending::exchange(uint32_t retry) {
  const int64_t blocked_ns = environment_.wait_for_turn();
  const int64_t start_unix_ns = unix_ns();
  Answer answer = session_.perform({request_.method, request_.url, request_.headers, request_.body,
                                    request_.timeout_ms, settings_.max_body_bytes, &cookies_},
                                   environment_);
  answer.timings.blocked_ns = blocked_ns;
  record(answer, start_unix_ns, retry);
  return answer;
}

bool Sending::waits_for_retry(Answer& answer, RetryPlan& plan) {
  if (request_.options.retry.retries == 0) return false;
  const auto pause = plan.after(result_of(answer));
  if (!pause) return false;
  const int64_t pause_ms = pause->least_ms + environment_.random_up_to(pause->most_ms - pause->least_ms);
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
                                recordable_url(request_.url, settings_.secret_names), came_to, sent.retries,
                                sent.retries == 1 ? "retry" : "retries", earlier_));
}

void Sending::record(const Answer& answer, int64_t start_unix_ns, uint32_t retry) const {
  const auto& secret_names = settings_.secret_names;
  Exchange exchange;
  exchange.method = request_.method;
  exchange.url = recordable_url(request_.url, secret_names);
  exchange.status = answer.status;
  exchange.error = answer.error;
  exchange.is_cancelled = answer.ending == Answer::Ending::cancelled;
  exchange.request_headers.reserve(request_.headers.size());
  for (const HeaderField& header : request_.headers)
    add_header(exchange.request_headers, header, secret_names);
  exchange.request_body = request_.body.substr(0, Exchange::max_recorded_body_bytes);
  exchange.request_body_bytes = request_.body.size();
  exchange.response_headers.reserve(answer.headers.size());
  for (size_t i = 0; i < answer.headers.size(); ++i)
    add_header(exchange.response_headers, answer.headers.at(i), secret_names);
  exchange.response_body = answer.body.substr(0, Exchange::max_recorded_body_bytes);
  exchange.response_body_bytes = answer.body.size();
  exchange.start_unix_ns = start_unix_ns;
  exchange.timings = answer.timings;
  exchange.retry = retry;
  environment_.exchange_finished(exchange);
}

}  // namespace e2e::host
