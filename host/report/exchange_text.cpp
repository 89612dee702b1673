#include "report/exchange_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "report/display_width.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr int kBodyColumns = 200;

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Headers that every client sends, and that explain nothing.
bool is_noise(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNoise = {"accept",
                                                       "accept-encoding",
                                                       "connection",
                                                       "content-length",
                                                       "host",
                                                       "user-agent",
                                                       "expect",
                                                       "traceparent",
                                                       "upgrade",
                                                       "sec-websocket-key",
                                                       "sec-websocket-version"};
  return std::find(kNoise.begin(), kNoise.end(), lower_case(name)) != kNoise.end();
}

/// The body's beginning on one line, and its size where that is not all.
std::string body_excerpt(std::string_view body, uint64_t size) {
  std::string flat;
  for (const char c : body.substr(0, 4 * kBodyColumns)) {
    const bool is_space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!is_space)
      flat += c;
    else if (!flat.empty() && flat.back() != ' ')
      flat += ' ';
  }
  if (!flat.empty() && flat.back() == ' ') flat.pop_back();
  const std::string shown = one_line(flat);
  std::string out = fit_to_width(shown, kBodyColumns);
  if (out != shown || body.size() > 4 * kBodyColumns || size > std::max<size_t>(body.size(), 16u << 10))
    out += fmt::format(" ({})", size_text(std::max<uint64_t>(size, body.size())));
  return out;
}

/// The parts that are not empty, each after the first behind a gap; the body behind a wider one.
std::string joined(std::string_view start, const std::vector<std::string>& parts, const std::string& body) {
  std::string out(start);
  for (const std::string& part : parts) {
    if (out.size() > start.size()) out += "  ";
    out += part;
  }
  if (!body.empty()) out += (out.size() > start.size() ? "   " : "") + body;
  return out;
}

std::string timing_text(const ExchangeRecord& exchange) {
  std::string out;
  if (exchange.blocked_ns > 0) out += fmt::format("rate limit {} · ", duration_text(exchange.blocked_ns));
  if (exchange.status != 0) out += fmt::format("wait {} · ", duration_text(exchange.wait_ns));
  return out + fmt::format("total {}", duration_text(exchange.total_ns));
}

/// Which of a request's exchanges it is, where that has several.
std::string place_text(const ExchangeRecord& exchange) {
  std::string out;
  if (exchange.retry > 0) out += fmt::format("    retry {}", exchange.retry);
  if (exchange.redirect > 0) out += fmt::format("    redirect {}", exchange.redirect);
  if (!exchange.http_version.empty() && exchange.http_version != "1.1")
    out += fmt::format("    HTTP/{}", one_line(exchange.http_version));
  return out;
}

/// Whether `next` is of the same request as the one before it.
bool continues(const ExchangeRecord& one, const ExchangeRecord& next) {
  return next.retry > one.retry || next.redirect > one.redirect;
}

std::string request_line(const ExchangeRecord& exchange) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : exchange.request_headers)
    if (!is_noise(name)) parts.push_back(fmt::format("{}: {}", lower_case(one_line(name)), one_line(value)));
  return joined("> ", parts, body_excerpt(exchange.request_body, exchange.request_body_size));
}

std::string response_line(const ExchangeRecord& exchange) {
  std::vector<std::string> parts;
  if (exchange.status != 0) parts.push_back(fmt::format("{}", exchange.status));
  for (const auto& [name, value] : exchange.response_headers)
    if (lower_case(name) == "content-type") parts.push_back("content-type: " + one_line(value));
  if (!exchange.error.empty()) {
    const std::string_view what = exchange.status == 0 ? "no answer: " : "error: ";
    parts.push_back(std::string(what) + one_line(exchange.error));
  }
  if (parts.empty()) parts.emplace_back("no answer");
  return joined("< ", parts, body_excerpt(exchange.response_body, exchange.response_body_size));
}

/// The last messages of a WebSocket, a line each.
std::string message_lines(const std::vector<MessageRecord>& messages) {
  constexpr size_t kShownMessages = 10;
  const size_t left_out = messages.size() - std::min(messages.size(), kShownMessages);
  std::string out;
  if (left_out > 0) out += fmt::format("    … {} before these …\n", count_text(left_out, "message"));
  for (size_t i = left_out; i < messages.size(); ++i) {
    const MessageRecord& message = messages[i];
    const std::string body =
        message.kind == "binary" ? size_text(message.size) : body_excerpt(message.body, message.size);
    out += fmt::format("    {} {}   {}\n", message.is_sent ? ">" : "<", one_line(message.kind), body);
  }
  return out;
}

}  // namespace

std::string exchange_text(const ExchangeRecord& exchange, const Ink& ink) {
  std::string out = fmt::format("  {} {}{}    {}\n", one_line(exchange.method), one_line(exchange.url),
                                place_text(exchange), ink(Tint::dim, timing_text(exchange)));
  const std::string request = request_line(exchange);
  if (request != "> ") out += "  " + request + "\n";
  return out + "  " + response_line(exchange) + "\n" + message_lines(exchange.messages);
}

std::vector<std::string> retried_requests(const AttemptFinished& attempt) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < attempt.exchanges.size(); ++i) {
    const ExchangeRecord& exchange = attempt.exchanges[i];
    const bool goes_on = i + 1 < attempt.exchanges.size() && continues(exchange, attempt.exchanges[i + 1]);
    if (exchange.retry == 0 || goes_on) continue;
    lines.push_back(fmt::format("{} {} -> {} after {} {}", one_line(exchange.method), one_line(exchange.url),
                                exchange.status != 0 ? fmt::to_string(exchange.status) : "no answer",
                                exchange.retry, exchange.retry == 1 ? "retry" : "retries"));
  }
  return lines;
}

}  // namespace e2e::host
