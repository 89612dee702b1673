#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action.hpp"
#include "json.hpp"
#include "rate_limit.hpp"
#include "request.hpp"
#include "response.hpp"

struct e2e_page;
struct e2e_request;
struct e2e_response;

namespace e2e {

/// A request that is about to be sent, for functions of page.on_request() to look at and change.
struct Outgoing {
  std::string_view method;
  std::string& target;
  std::vector<Field>& headers;  ///< Those of the request, without the page's.
  std::vector<Field>& query;
  std::string& body;

  /// In place of those of that name.
  void set_header(std::string_view name, std::string_view value);
};

/// A cookie that a page keeps.
struct Cookie {
  std::string name, value;
  std::string domain;  ///< ".example.com": also of the hosts below
  std::string path;
  bool is_secure = false, is_http_only = false;
  std::int64_t expires_unix_s = 0;  ///< 0: with the page
};

namespace detail {

class Instance;

/// A function of page.on_request() or page.on_response().
class Interceptor {
 public:
  virtual ~Interceptor();
  virtual void before(Outgoing&) {}
  virtual void after(const Response&) {}
};
template <class Function>
class BeforeRequest final : public Interceptor {
 public:
  explicit BeforeRequest(Function function) : function_(std::move(function)) {}
  void before(Outgoing& request) override { function_(request); }

 private:
  Function function_;
};
template <class Function>
class AfterResponse final : public Interceptor {
 public:
  explicit AfterResponse(Function function) : function_(std::move(function)) {}
  void after(const Response& response) override { function_(response); }

 private:
  Function function_;
};

/// What a page object is built from; passed through by `using Page::Page;`.
struct PageBinding {
  Instance* instance;
  e2e_page* page;
};

}  // namespace detail

class WebSocket;

/// What a test talks to its service through. Derive from it (`using Page::Page;`) to give a service's tests a
/// vocabulary of their own. The SDK builds one object per class and scope; where the host hands out a fresh
/// page (mode `test`, retries), a fresh object. Used on the test's own thread only; its destructor makes no
/// requests.
///
/// Where the host is stopping the attempt, each call that reaches it throws e2e::Cancelled.
class Page {
 public:
  explicit Page(const detail::PageBinding& binding);
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  virtual ~Page();

  /// Sends a request and waits for the answer, whatever its status. Throws RequestError if none comes.
  /// Options: json_body, json_text, form, body, query, header, headers, timeout_ms, retry, follow_redirects,
  /// bearer, basic, api_key; those of body.hpp and transport.hpp.
  template <class... Options>
  Response request(std::string_view method, const Target& target, const Options&... options) {
    detail::RequestSpec spec;
    (options.apply(spec), ...);
    return send(method, target, spec);
  }
  template <class... Options>
  Response get(const Target& target, const Options&... options) {
    return request("GET", target, options...);
  }
  template <class... Options>
  Response post(const Target& target, const Options&... options) {
    return request("POST", target, options...);
  }
  template <class... Options>
  Response put(const Target& target, const Options&... options) {
    return request("PUT", target, options...);
  }
  template <class... Options>
  Response patch(const Target& target, const Options&... options) {
    return request("PATCH", target, options...);
  }
  template <class... Options>
  Response del(const Target& target, const Options&... options) {
    return request("DELETE", target, options...);
  }
  template <class... Options>
  Response head(const Target& target, const Options&... options) {
    return request("HEAD", target, options...);
  }
  template <class... Options>
  Response options(const Target& target, const Options&... request_options) {
    return request("OPTIONS", target, request_options...);
  }

  /// Opens a WebSocket: include <e2e/websocket.hpp>. Options are those of a request without a body. Ends the
  /// test if the service does not open one.
  template <class... Options>
  WebSocket websocket(const Target& target, const Options&... options);

  /// Each ends the test if it does not hold. Of each there is an expect_... that reports the same, goes on,
  /// and returns whether it held.
  static void assert_ok(const Response& response, Location where = Location::here());  ///< 2xx
  static void assert_status(const Response& response, int expected, Location where = Location::here());
  static void assert_status(const Response& response, std::initializer_list<int> expected,
                            Location where = Location::here());
  static void assert_json(const Response& response, std::string_view pointer, const JsonValue& expected,
                          Location where = Location::here());
  /// The first header of that name. Without `expected`: that there is one.
  static void assert_header(const Response& response, std::string_view name, std::string_view expected,
                            Location where = Location::here());
  static void assert_has_header(const Response& response, std::string_view name,
                                Location where = Location::here());
  /// A regular expression (Perl's syntax) is found in the header.
  static void assert_header_matches(const Response& response, std::string_view name,
                                    std::string_view expression, Location where = Location::here());
  /// The answer sets that cookie to that value.
  static void assert_cookie(const Response& response, std::string_view name, std::string_view expected,
                            Location where = Location::here());
  static void assert_body_contains(const Response& response, std::string_view text,
                                   Location where = Location::here());
  static void assert_body_matches(const Response& response, std::string_view expression,
                                  Location where = Location::here());
  /// `digits`: 64 hexadecimal digits.
  static void assert_body_sha256(const Response& response, std::string_view digits,
                                 Location where = Location::here());
  /// The whole exchange took less; waiting for a rate limit does not count.
  static void assert_faster_than(const Response& response, double limit_ms,
                                 Location where = Location::here());

  static bool expect_ok(const Response& response, Location where = Location::here());
  static bool expect_status(const Response& response, int expected, Location where = Location::here());
  static bool expect_status(const Response& response, std::initializer_list<int> expected,
                            Location where = Location::here());
  static bool expect_json(const Response& response, std::string_view pointer, const JsonValue& expected,
                          Location where = Location::here());
  static bool expect_header(const Response& response, std::string_view name, std::string_view expected,
                            Location where = Location::here());
  static bool expect_has_header(const Response& response, std::string_view name,
                                Location where = Location::here());
  static bool expect_header_matches(const Response& response, std::string_view name,
                                    std::string_view expression, Location where = Location::here());
  static bool expect_cookie(const Response& response, std::string_view name, std::string_view expected,
                            Location where = Location::here());
  static bool expect_body_contains(const Response& response, std::string_view text,
                                   Location where = Location::here());
  static bool expect_body_matches(const Response& response, std::string_view expression,
                                  Location where = Location::here());
  static bool expect_body_sha256(const Response& response, std::string_view digits,
                                 Location where = Location::here());
  static bool expect_faster_than(const Response& response, double limit_ms,
                                 Location where = Location::here());

  /// Runs `function` after the test and its after_each fixtures, last in first out, whatever happened, and
  /// also when the attempt is cancelled. In a fixture of the scope: after after_all. What it throws is an
  /// error of the test; the other cleanups still run.
  template <class Function>
  void on_cleanup(Function&& function, Location where = Location::here()) {
    add_cleanup(detail::make_action(std::forward<Function>(function)), where);
  }

  /// Whether the service's health endpoint answers 2xx. False, not a failure, if it does not answer.
  bool check_health(Location where = Location::here());
  /// Asks until the service is healthy; ends the test after `deadline_ms`, saying what the last answer was.
  void wait_for_healthy(std::int64_t deadline_ms = 30000, Location where = Location::here());

  /// The result of E2E_ONCE_PER_RUN(name, ...). Ends the test if there is no such fixture.
  Json once_per_run(std::string_view name, Location where = Location::here()) const;

  /// Keeps a JSON value for later tests: in mode `service` those of the same unit, in mode `test` those that
  /// depend on this one. Counts once the test has passed. Set in E2E_BEFORE_ALL: for the scope's tests.
  void set_metadata(std::string_view key, const JsonValue& value, Location where = Location::here());
  Json get_metadata(std::string_view key, Location where = Location::here()) const;
  bool has_metadata(std::string_view key, Location where = Location::here()) const;

  std::string test_id() const;    ///< Unique per run, test and attempt; letters, digits, '-'.
  unsigned worker_index() const;  ///< The worker's slot, 0 .. workers-1.
  unsigned attempt() const;       ///< 1, 2, ...; 0 in a fixture of the scope.
  std::string run_id() const;
  std::string unique_email() const;                        ///< Another at each call, in any worker and run.
  std::string unique_name(std::string_view prefix) const;  ///< "<prefix>-..."; letters, digits, '-'.

  std::string base_url() const;
  std::string service() const;
  std::string health_endpoint() const;

  /// Sent with each later request of this page; an empty value removes it.
  void set_header(std::string_view name, std::string_view value);
  /// For each later request of this page that names none; 0 restores the configured one.
  void set_timeout_ms(std::int64_t timeout);

  /// Options that hold for each later request of this page that does not say otherwise, over what e2e.conf
  /// says of the service: `page.use(e2e::bearer(token), e2e::follow_redirects())`. Anything but queries and
  /// bodies.
  template <class... Options>
  void use(const Options&... options) {
    detail::RequestSpec spec;
    (options.apply(spec), ...);
    use_spec(spec, Location());
  }
  void set_retry(const RetryConfig& config, Location where = Location::here());

  /// Calls the function with each later request of this page before it is sent (an Outgoing&, which it may
  /// change), in the order they were added. Redirects and retries are not told.
  template <class Function>
  void on_request(Function function) {
    intercept(new detail::BeforeRequest<Function>(std::move(function)));
  }
  /// Calls the function with each later answer (a const Response&) before the request returns it; it may
  /// assert.
  template <class Function>
  void on_response(Function function) {
    intercept(new detail::AfterResponse<Function>(std::move(function)));
  }

  /// The cookies that this page keeps.
  std::vector<Cookie> cookies() const;
  /// Keeps a cookie for the host of the service's base_url, unless it names a domain; in place of one of that
  /// name.
  void set_cookie(const Cookie& cookie, Location where = Location::here());
  void clear_cookies();
  /// Writes them all to a file, and adds those of such a file (Netscape's format, which curl's -b reads too).
  void save_cookies(const std::string& path, Location where = Location::here()) const;
  void load_cookies(const std::string& path, Location where = Location::here());

  /// A TCP port that nobody listens on, and that no other lease on this machine has: for a server that the
  /// test starts. Until the attempt ends; taken in a fixture of the scope, until the scope closes.
  std::uint16_t lease_port(Location where = Location::here()) const;

  /// Asks for a limit of the requests to this page's service, of all workers of the run together; most often
  /// in the constructor of a page class. It holds until the run ends. Of several that are asked for the
  /// strictest rate and the smallest burst count; where e2e.conf has a `rate_limit` for the service, that
  /// alone does.
  void set_rate_limit(const RateLimitConfig& limit, Location where = Location::here());

 private:
  Response send(std::string_view method, const Target& target, detail::RequestSpec& spec);
  std::int32_t ask(const e2e_request& request, const Target& target, const detail::RequestSpec& spec,
                   e2e_response*& handle) const;
  void use_spec(const detail::RequestSpec& spec, Location where);
  void intercept(detail::Interceptor* owned);
  void add_cookie_lines(const std::string& lines, const char* call, Location where);
  void set_options(const char* call, const std::vector<Field>& options, Location where);
  void add_cleanup(detail::Action* action, Location where);
  bool probe_health(std::int64_t timeout, std::string& reason, Location where);
  std::string unique_token() const;

  detail::PageBinding binding_;
  std::vector<std::unique_ptr<detail::Interceptor>> interceptors_;
};

}  // namespace e2e
