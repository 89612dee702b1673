#pragma once

#include <e2e/abi.h>
#include <e2e/ext/config.h>
#include <e2e/ext/http.h>
#include <e2e/ext/log.h>
#include <e2e/ext/page.h>
#include <e2e/ext/rate.h>
#include <e2e/ext/report.h>
#include <e2e/ext/secret.h>
#include <e2e/ext/state.h>

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The fake's own page and response; the names are the ABI's opaque types.
struct e2e_page {
  std::uint64_t serial = 1;
  std::map<std::string, std::string> default_headers;
  std::int64_t default_timeout_ms = 0;
};

struct e2e_response {
  std::int32_t status = 0;
  std::string error, method, url, body;
  std::vector<std::pair<std::string, std::string>> headers;
};

namespace e2e_fake {

struct Answer {
  std::int32_t status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  e2e_rc rc = E2E_PASS;
  std::string error;  // with E2E_ERROR
};

struct Request {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers, query;
  std::int64_t timeout_ms = 0;
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::string> parts;  // "name|file name|type|bytes|path"
  std::string body_file, read_body;
  std::int64_t read_size = 0;
  bool has_broken_off = false;  // a function of the request did
};

struct Failure {
  std::uint32_t flags = 0, line = 0;
  std::string file, expression, message, expected, actual;
};

/// A host in memory: answers from a script, remembers what it was told. What is public is free to look at and
/// to change between calls.
class FakeHost {
 public:
  FakeHost();
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const e2e_host* handle() const { return &handle_; }
  void answer(std::int32_t status, std::string body = "");
  void refuse(std::string reason);
  /// The lines of `log` that begin with `kind`.
  std::vector<std::string> logged(const std::string& kind) const;

  e2e_host handle_{};
  std::set<std::string> missing_extensions;
  std::deque<Answer> answers;  // when empty: 200 without a body
  bool is_cancelling = false;  // requests outside the cleanup phase come back E2E_CANCELLED
  std::vector<Request> requests;
  std::vector<Failure> failures;
  std::vector<std::string>
      log;  // "phase body", "failure ...", "skip ...", "step ...", "step_end", "note ..."
  std::vector<std::string> host_log;
  std::set<e2e_response*> live_responses;
  std::string settings = "{}", environment = "staging";
  std::vector<std::pair<std::string, std::string>> page_options;  // set_option() of e2e.http/1
  std::string cookie_lines;
  std::vector<std::string> pieces = {"one ", "two"};  // what functions that take an answer get
  std::vector<std::string> secrets;
  std::string option_problem;                                   // what it answers, if not empty
  std::vector<std::pair<std::string, std::string>> rejections;  // pointer, message
  std::string service = "users", test_id = "run1-t1-a1";
  std::vector<e2e_rate_limit> rate_limits;
  e2e_rc rate_limit_rc = E2E_PASS;
  std::map<std::string, std::string> metadata;
  e2e_rc metadata_rc = E2E_PASS;
  std::map<std::string, std::string> once_results, once_failures;
  std::uint64_t unique = 0;
  std::uint32_t phase = 0;
  std::mutex mutex;
};

}  // namespace e2e_fake
