#pragma once

#include <e2e/ext/page.h>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/exchange.hpp"
#include "page/http_session.hpp"
#include "page/page.hpp"
#include "page/page_environment.hpp"
#include "page/page_extension.hpp"
#include "page/response.hpp"

/// The worker as a page sees it, under the test's control.
class FakeEnvironment : public e2e::host::PageEnvironment {
 public:
  bool is_cancelled() const override { return cancelled; }
  std::optional<int64_t> remaining_ms() const override { return remaining; }
  int64_t wait_for_turn() override { return blocked_ns; }
  std::optional<int64_t> time_to_deadline_ms() const override { return to_deadline_ms; }
  bool pause(int64_t duration_ms) override {
    pauses.push_back(duration_ms);
    return !cancelled;
  }
  int64_t random_up_to(int64_t most) override { return most; }
  void note(std::string_view text) override { notes.emplace_back(text); }
  void exchange_finished(const e2e::host::Exchange& exchange, const e2e::host::WholeBodies& bodies) override {
    exchanges.push_back(exchange);
    whole_requests.emplace_back(bodies.request);
    whole_responses.push_back(bodies.response);
  }

  std::atomic<bool> cancelled{false};
  std::optional<int64_t> remaining;
  int64_t blocked_ns = 0;
  std::optional<int64_t> to_deadline_ms;
  std::vector<int64_t> pauses;
  std::vector<std::string> notes;
  std::vector<e2e::host::Exchange> exchanges;
  std::vector<std::string> whole_requests;
  std::vector<std::shared_ptr<const std::string>> whole_responses;
};

inline e2e_str str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text(e2e_str s) { return std::string(s.ptr != nullptr ? s.ptr : "", s.len); }

/// A page of the service "users" with a session and an environment of its own.
struct PageFixture {
  explicit PageFixture(std::string base_url) : PageFixture(settings_for(std::move(base_url))) {}
  explicit PageFixture(e2e::host::PageSettings settings) : page(std::move(settings), session, environment) {}

  static e2e::host::PageSettings settings_for(std::string base_url) {
    e2e::host::PageSettings settings;
    settings.service = "users";
    settings.base_url = std::move(base_url);
    settings.timeout_ms = 20'000;
    return settings;
  }

  /// Sends the request; the response lives as long as the fixture.
  e2e::host::Response& send(const e2e::host::Request& request) {
    e2e::host::Response* const response = page.request(request);
    if (response == nullptr) throw std::runtime_error("cancelled");
    return *response;
  }
  e2e::host::Response& get(std::string_view target) { return send({"GET", target, {}, {}, {}, 0}); }

  FakeEnvironment environment;
  e2e::host::HttpSession session;
  e2e::host::Page page;
};
