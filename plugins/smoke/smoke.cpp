// Tests that any service can have without a line of code: made from what e2e.conf says of it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <e2e/e2e.hpp>
#include <string>
#include <vector>

#include "settings.hpp"

namespace {

using smoke::Endpoint;
using smoke::Measuring;

std::string milliseconds(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", ms);
  return text;
}

/// What a service answers may be long.
std::string shortened(std::string text) {
  constexpr std::size_t max_bytes = 1000;
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  // Not in the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

/// What was expected and is not so, to be told at once.
class Mismatches {
 public:
  explicit Mismatches(std::string setting) : setting_(std::move(setting)) {}
  void add(const std::string& what, const std::string& expected, const std::string& actual) {
    lines_ += "\n" + what + ": expected " + shortened(expected) + ", got " + shortened(actual);
    ++count_;
  }
  /// Ends the test if there are any.
  void fail_if_any(const std::string& request) const {
    if (count_ == 0) return;
    e2e::fail(request + ": not as services." + e2e::service_under_test().name + ".plugins.smoke" +
              (setting_.empty() ? "" : "." + setting_) + " expects" + lines_);
  }

 private:
  std::string setting_, lines_;
  int count_ = 0;
};

/// The time that the budget is held against: the best of the answers, or the percentile by nearest rank.
double measured(std::vector<double> times_ms, const Measuring& measuring) {
  std::sort(times_ms.begin(), times_ms.end());
  const double rank =
      std::ceil(static_cast<double>(measuring.percentile) / 100 * static_cast<double>(times_ms.size()));
  return times_ms[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::string measured_text(double ms, std::size_t requests, const Measuring& measuring) {
  const std::string of = " of " + std::to_string(requests) + (requests == 1 ? " request" : " requests");
  return milliseconds(ms) + (measuring.percentile == 0
                                 ? " at best" + of
                                 : " at percentile " + std::to_string(measuring.percentile) + of);
}

/// Holds answers against a budget: after `first_ms` as many more as it takes. A best time needs no more once
/// one is within it; so a busy machine costs requests, not a failure.
template <class Ask>
void check_latency(Mismatches& mismatches, std::int64_t budget_ms, const Measuring& measuring,
                   double first_ms, std::int64_t max_requests, const Ask& ask) {
  std::vector<double> times_ms = {first_ms};
  const auto budget = static_cast<double>(budget_ms);
  const auto is_decided = [&] { return measuring.percentile == 0 && times_ms.back() <= budget; };
  while (!is_decided() && static_cast<std::int64_t>(times_ms.size()) < max_requests)
    times_ms.push_back(ask());
  const double found_ms = measured(times_ms, measuring);
  if (found_ms > budget)
    mismatches.add("latency", "at most " + std::to_string(budget_ms) + " ms",
                   measured_text(found_ms, times_ms.size(), measuring));
}

e2e::Response send(e2e::Page& page, const Endpoint& endpoint) {
  const auto sent_headers = e2e::headers(endpoint.request_headers);
  if (!endpoint.body) return page.request(endpoint.method, endpoint.path, sent_headers);
  if (endpoint.body->type() == e2e::JsonType::string)
    return page.request(endpoint.method, endpoint.path, sent_headers,
                        e2e::body(endpoint.body->as_string(), "text/plain; charset=utf-8"));
  return page.request(endpoint.method, endpoint.path, sent_headers, e2e::json_body(*endpoint.body));
}

void check_status(Mismatches& mismatches, const Endpoint& endpoint, const e2e::Response& response) {
  const auto& statuses = endpoint.statuses;
  if (statuses.empty() ? response.ok()
                       : std::find(statuses.begin(), statuses.end(), response.status()) != statuses.end())
    return;
  std::string expected = statuses.empty() ? "2xx" : "";
  for (const int status : statuses) expected += (expected.empty() ? "" : " or ") + std::to_string(status);
  mismatches.add("status", expected, std::to_string(response.status()));
}

void check_headers(Mismatches& mismatches, const Endpoint& endpoint, const e2e::Response& response) {
  for (const auto& header : endpoint.headers) {
    const auto actual = response.header(header.name);
    if (actual && (!header.value || *actual == *header.value)) continue;
    mismatches.add("header " + header.name, header.value ? "\"" + *header.value + "\"" : "any",
                   actual ? "\"" + *actual + "\"" : "none");
  }
}

void check_json(Mismatches& mismatches, const Endpoint& endpoint, const e2e::Response& response) {
  for (const auto& [pointer, expected] : endpoint.json) {
    const e2e::Json actual = response.json(pointer);
    if (!(actual == expected))
      mismatches.add(pointer.empty() ? "the document" : pointer, expected.dump(), actual.dump());
  }
}

/// Asked again, these change nothing.
bool is_safe(const std::string& method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

void check_endpoint(e2e::Page& page, const Endpoint& endpoint, const Measuring& measuring) {
  const std::string request = endpoint.method + " " + endpoint.path;
  const e2e::Response response = send(page, endpoint);
  Mismatches mismatches(endpoint.setting);
  check_status(mismatches, endpoint, response);
  check_headers(mismatches, endpoint, response);
  // What an answer of another kind says in JSON would hide that it is one.
  mismatches.fail_if_any(request);
  check_json(mismatches, endpoint, response);
  if (endpoint.latency_ms)
    check_latency(mismatches, *endpoint.latency_ms, measuring, response.total_ms(),
                  is_safe(endpoint.method) ? measuring.requests : 1,
                  [&] { return send(page, endpoint).total_ms(); });
  mismatches.fail_if_any(request);
}

void check_health(e2e::Page& page) {
  const std::string path = page.health_endpoint();
  const e2e::Response response = page.get(path);
  if (!response.ok())
    e2e::fail("GET " + path + ": the service is not healthy\nstatus: expected 2xx, got " +
              std::to_string(response.status()));
}

void check_health_latency(e2e::Page& page, std::int64_t budget_ms, const Measuring& measuring) {
  const std::string path = page.health_endpoint();
  const auto ask = [&] { return page.get(path).total_ms(); };
  Mismatches mismatches("");
  check_latency(mismatches, budget_ms, measuring, ask(), measuring.requests, ask);
  mismatches.fail_if_any("GET " + path);
}

}  // namespace

E2E_DYNAMIC_TESTS(registrar) {
  const smoke::Settings settings = smoke::read_settings(e2e::config(), registrar);
  const std::vector<e2e::TestOption> options = {e2e::tag("smoke")};
  const Measuring measuring = settings.measuring;
  if (settings.has_health) registrar.add("health", options, [](e2e::Page& page) { check_health(page); });
  if (settings.latency_ms)
    registrar.add("latency", options, [budget_ms = *settings.latency_ms, measuring](e2e::Page& page) {
      check_health_latency(page, budget_ms, measuring);
    });
  for (const Endpoint& endpoint : settings.endpoints)
    registrar.add(endpoint.name, options,
                  [endpoint, measuring](e2e::Page& page) { check_endpoint(page, endpoint, measuring); });
}
