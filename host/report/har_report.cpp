#include "report/har_report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "report/attachment_content.hpp"
#include "report/failure_text.hpp"
#include "report/quantity.hpp"

namespace e2e::host {
namespace {

/// What all entries may take together; those beyond are left out.
constexpr size_t kAllEntryBytes = 64u << 20;

std::string date_time(int64_t unix_ns) {
  const int64_t ms = std::max<int64_t>(unix_ns, 0) / 1'000'000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

/// Milliseconds, to the microsecond.
std::string har_ms(int64_t ns) { return fmt::format("{}.{:03}", ns / 1'000'000, ns / 1000 % 1000); }

/// The first header of that name; empty if there is none.
std::string_view header_of(const std::vector<std::pair<std::string, std::string>>& headers,
                           const char* name) {
  for (const auto& [key, value] : headers)
    if (::strcasecmp(key.c_str(), name) == 0) return value;
  return {};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// As application/x-www-form-urlencoded has it; what is no code stays.
std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void put_headers(JsonText& json, const std::vector<std::pair<std::string, std::string>>& headers) {
  json.key("headers").begin_array();
  for (const auto& [name, value] : headers)
    json.begin_object().member("name", name).member("value", value).end_object();
  // Their values are secrets, so none are listed by name.
  json.end_array().key("cookies").begin_array().end_array();
}

void put_query(JsonText& json, std::string_view url) {
  json.key("queryString").begin_array();
  const size_t mark = url.find('?');
  std::string_view rest = mark == url.npos ? std::string_view() : url.substr(mark + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    json.begin_object().member("name", decoded(pair.substr(0, equals)));
    json.member("value", decoded(pair.substr(std::min(equals + 1, pair.size())))).end_object();
  }
  json.end_array();
}

/// A body as far as the run has it.
struct HarBody {
  std::string text;     ///< bytes that are not UTF-8, too
  std::string comment;  ///< why it is not whole; empty: it is
};

HarBody har_body(const ExchangeRecord& exchange, bool is_request) {
  HarBody body{
      body_content(exchange.folder, is_request ? exchange.request_body_file : exchange.response_body_file),
      ""};
  if (!body.text.empty()) return body;
  body.text = is_request ? exchange.request_body : exchange.response_body;
  const uint64_t size = is_request ? exchange.request_body_size : exchange.response_body_size;
  if (size > body.text.size())
    body.comment = fmt::format("the first {} of {}", size_text(body.text.size()), size_text(size));
  return body;
}

std::string http_version(const ExchangeRecord& exchange) {
  return exchange.http_version.empty() ? "unknown" : "HTTP/" + exchange.http_version;
}

void put_request(JsonText& json, const ExchangeRecord& exchange) {
  json.key("request").begin_object().member("method", exchange.method).member("url", exchange.url);
  json.member("httpVersion", http_version(exchange));
  put_headers(json, exchange.request_headers);
  put_query(json, exchange.url);
  if (exchange.request_body_size > 0) {
    json.key("postData").begin_object();
    json.member("mimeType", header_of(exchange.request_headers, "content-type"));
    const HarBody body = har_body(exchange, true);
    json.key("params").begin_array().end_array().member("text", body.text);
    json.member_unless_empty("comment", body.comment);
    json.end_object();
  }
  json.member("headersSize", -1).member("bodySize", exchange.request_body_size).end_object();
}

void put_response(JsonText& json, const ExchangeRecord& exchange) {
  const std::string_view type = header_of(exchange.response_headers, "content-type");
  json.key("response").begin_object().member("status", exchange.status).member("statusText", "");
  json.member("httpVersion", http_version(exchange));
  put_headers(json, exchange.response_headers);
  json.key("content").begin_object().member("size", exchange.response_body_size);
  json.member("mimeType", type.empty() ? std::string_view("x-unknown") : type);
  const HarBody body = har_body(exchange, false);
  const bool is_text = is_utf8(body.text);
  json.member("text", is_text ? body.text : base64_of(body.text));
  if (!is_text) json.member("encoding", "base64");
  json.member_unless_empty("comment", body.comment);
  json.end_object().member("redirectURL", header_of(exchange.response_headers, "location"));
  // How many bytes went over the wire is not known: the body was unpacked.
  json.member("headersSize", -1).member("bodySize", -1);
  json.member_unless_empty("_error", exchange.error).end_object();
}

/// A phase that may not have been there: -1 then.
void put_phase(JsonText& json, std::string_view name, int64_t ns) {
  json.key(name).raw(ns > 0 ? har_ms(ns) : std::string("-1"));
}

void put_timings(JsonText& json, const ExchangeRecord& exchange) {
  json.key("timings").begin_object();
  put_phase(json, "blocked", exchange.blocked_ns);
  put_phase(json, "dns", exchange.dns_ns);
  put_phase(json, "connect", exchange.connect_ns + exchange.tls_ns);
  put_phase(json, "ssl", exchange.tls_ns);
  json.key("send").raw(har_ms(exchange.send_ns)).key("wait").raw(har_ms(exchange.wait_ns));
  json.key("receive").raw(har_ms(exchange.receive_ns)).end_object();
}

/// As Chrome's network panel writes and reads those of a WebSocket; `started_ns`: of the attempt.
void put_messages(JsonText& json, int64_t started_ns, const std::vector<MessageRecord>& messages) {
  if (messages.empty()) return;
  json.member("_resourceType", "websocket").key("_webSocketMessages").begin_array();
  for (const MessageRecord& message : messages) {
    const int64_t at_us = (started_ns + message.at_ns) / 1000;
    json.begin_object().member("type", message.is_sent ? "send" : "receive");
    json.key("time").raw(fmt::format("{}.{:06}", at_us / 1'000'000, at_us % 1'000'000));
    json.member("opcode", message.kind == "text" ? 1 : message.kind == "binary" ? 2 : 8);
    json.member("data", message.body).end_object();
  }
  json.end_array();
}

/// The sum of the timings but `ssl`, which is in `connect`.
int64_t time_of(const ExchangeRecord& exchange) {
  return exchange.blocked_ns + exchange.dns_ns + exchange.connect_ns + exchange.tls_ns + exchange.send_ns +
         exchange.wait_ns + exchange.receive_ns;
}

/// What HAR has no member for.
std::string comment_of(const ExchangeRecord& exchange) {
  std::string out = exchange.phase.empty() || exchange.phase == "body" ? "" : "in " + exchange.phase;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  if (exchange.retry > 0) add(fmt::format("retry {}", exchange.retry));
  if (exchange.redirect > 0) add(fmt::format("redirect {}", exchange.redirect));
  return out;
}

class HarWriter {
 public:
  HarWriter(const RunRecord& record, const Sink& sink) : record_(record), sink_(sink) {}

  void write() {
    JsonText creator;
    creator.begin_object().member("name", "e2e-host").member("version", record_.run().host_version);
    sink_("{\"log\":{\"version\":\"1.2\",\"creator\":" + creator.end_object().take());
    sink_(",\n\"pages\":[");
    for_each_bad_attempt([this](uint32_t test, const AttemptFinished& attempt) { put_page(test, attempt); });
    sink_("\n],\n\"entries\":[");
    is_first_ = true;
    for_each_bad_attempt([this](uint32_t test, const AttemptFinished& attempt) {
      for (const ExchangeRecord& exchange : attempt.exchanges)
        put_entry(page_id(test, attempt), attempt, exchange);
    });
    JsonText comment;
    if (left_out_ > 0)
      comment.value(
          fmt::format("{} are left out, to keep this file small", count_text(left_out_, "request")));
    sink_(left_out_ > 0 ? "\n],\n\"comment\":" + comment.take() + "}}\n" : "\n]}}\n");
  }

 private:
  template <typename Call>
  void for_each_bad_attempt(Call call) const {
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test)
      for (const AttemptFinished& attempt : record_.attempts(test))
        if (is_bad(attempt.status) && !attempt.exchanges.empty()) call(test, attempt);
  }

  [[nodiscard]] std::string page_id(uint32_t test, const AttemptFinished& attempt) const {
    return fmt::format("{}#{}", record_.run().tests[test].id, attempt.attempt);
  }

  [[nodiscard]] std::string started(int64_t time_ns) const {
    return date_time(record_.run().start_unix_ns + time_ns);
  }

  void put(std::string text) {
    sink_(is_first_ ? "\n" : ",\n");
    is_first_ = false;
    sink_(text);
  }

  void put_page(uint32_t test, const AttemptFinished& attempt) {
    JsonText json;
    json.begin_object().member("startedDateTime", started(attempt.start_ns));
    json.member("id", page_id(test, attempt)).member("title", record_.run().tests[test].id);
    json.key("pageTimings")
        .begin_object()
        .key("onLoad")
        .raw(har_ms(std::max<int64_t>(attempt.duration_ns, 0)));
    json.end_object().member_unless_empty("comment", cause_line(attempt));
    put(json.end_object().take());
  }

  void put_entry(const std::string& page, const AttemptFinished& attempt, const ExchangeRecord& exchange) {
    if (bytes_ > kAllEntryBytes) {
      ++left_out_;
      return;
    }
    JsonText json;
    json.begin_object().member("pageref", page);
    const int64_t started_ns = record_.run().start_unix_ns + attempt.start_ns;
    json.member("startedDateTime", date_time(started_ns + exchange.start_ns));
    json.key("time").raw(har_ms(time_of(exchange)));
    put_request(json, exchange);
    put_response(json, exchange);
    json.key("cache").begin_object().end_object();
    put_messages(json, started_ns, exchange.messages);
    put_timings(json, exchange);
    json.member_unless_empty("comment", comment_of(exchange));
    std::string text = json.end_object().take();
    bytes_ += text.size();
    put(std::move(text));
  }

  const RunRecord& record_;
  const Sink& sink_;
  bool is_first_ = true;
  size_t bytes_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace

void write_har_report(const RunRecord& record, const Sink& sink) { HarWriter(record, sink).write(); }

}  // namespace e2e::host
