#include "assertion.hpp"
#include "document.hpp"
#include "e2e/check.hpp"
#include "e2e/context.hpp"
#include "e2e/page.hpp"
#include "frame.hpp"
#include "milliseconds.hpp"
#include "status_names.hpp"
#include "verify.hpp"

namespace e2e {

namespace detail {

bool judge(Strictness strictness, bool holds, const Assertion& assertion, Location where) {
  Frame& frame = required_frame("an assertion");
  if (frame.is_own_thread()) frame.last_seen = where;
  if (holds) return true;
  Failure failure;
  failure.where = where;
  failure.expression = assertion.expression;
  failure.message = assertion.message;
  failure.expected = assertion.expected;
  failure.actual = assertion.actual;
  if (strictness == Strictness::hard) report_hard(failure);
  report_soft(failure);
  return false;
}

}  // namespace detail

namespace {

using detail::milliseconds;
using detail::status_text;
using detail::Strictness;
using detail::text_of_string;

/// One assertion about a response: its name without assert_ or expect_, and its further arguments as text.
class Judgement {
 public:
  Judgement(Strictness strictness, const Response& response, const char* name, Location where)
      : strictness_(strictness), response_(response), name_(name), where_(where) {}

  Judgement& with(const std::string& argument) {
    arguments_ += ", " + argument;
    return *this;
  }

  bool holds_if(bool holds, const std::string& expected, const std::string& actual,
                const std::string& more = "") const {
    if (holds) return detail::judge(strictness_, true, {}, where_);
    const std::string prefix = strictness_ == Strictness::hard ? "assert_" : "expect_";
    return detail::judge(strictness_, false,
                         {prefix + name_ + "(response" + arguments_ + ")", expected, actual,
                          response_.exchange() + (more.empty() ? "" : "\n" + more)},
                         where_);
  }

 private:
  const Strictness strictness_;
  const Response& response_;
  const char* const name_;
  const Location where_;
  std::string arguments_;
};

bool judge_ok(Strictness strictness, const Response& response, Location where) {
  return Judgement(strictness, response, "ok", where)
      .holds_if(response.ok(), "2xx", status_text(response.status()));
}

bool judge_status(Strictness strictness, const Response& response, std::initializer_list<int> expected,
                  bool is_list, Location where) {
  std::string listed, wanted;
  bool holds = false;
  for (const int status : expected) {
    holds = holds || status == response.status();
    listed += (listed.empty() ? "" : ", ") + std::to_string(status);
    wanted += (wanted.empty() ? "" : " or ") + status_text(status);
  }
  return Judgement(strictness, response, "status", where)
      .with(is_list ? "{" + listed + "}" : listed)
      .holds_if(holds, wanted, status_text(response.status()));
}

bool judge_json(Strictness strictness, const Response& response, std::string_view pointer,
                const JsonValue& expected, Location where) {
  const Json actual = response.json(pointer, where);
  Judgement judgement(strictness, response, "json", where);
  judgement.with(text_of_string(pointer)).with(expected.text());
  if (actual.equals(expected)) return judgement.holds_if(true, "", "");
  const detail::Outcome outcome = json_did_not_hold(actual, expected);
  const std::unique_ptr<detail::Sides> sides(outcome.sides);
  return judgement.holds_if(false, sides->expected, sides->actual, sides->difference);
}

std::string shown(const std::optional<std::string>& value, const char* if_none) {
  return value ? text_of_string(*value) : if_none;
}

bool judge_header(Strictness strictness, const Response& response, std::string_view name,
                  std::string_view expected, Location where) {
  const auto actual = response.header(name);
  return Judgement(strictness, response, "header", where)
      .with(text_of_string(name))
      .with(text_of_string(expected))
      .holds_if(actual == expected, text_of_string(expected), shown(actual, "no such header"));
}

bool judge_has_header(Strictness strictness, const Response& response, std::string_view name,
                      Location where) {
  std::string names;
  for (const Field& field : response.headers()) names += (names.empty() ? "" : ", ") + field.name;
  return Judgement(strictness, response, "has_header", where)
      .with(text_of_string(name))
      .holds_if(response.header(name).has_value(), "the header " + text_of_string(name),
                names.empty() ? "no headers" : names);
}

bool is_found(std::string_view expression, std::string_view text, Location where) {
  const detail::Frame& frame = detail::required_frame("an assertion");
  return detail::is_found(detail::api_of(frame.instance), expression, text, where);
}

bool judge_header_matches(Strictness strictness, const Response& response, std::string_view name,
                          std::string_view expression, Location where) {
  const auto actual = response.header(name);
  return Judgement(strictness, response, "header_matches", where)
      .with(text_of_string(name))
      .with(text_of_string(expression))
      .holds_if(actual && is_found(expression, *actual, where), "matches " + text_of_string(expression),
                shown(actual, "no such header"));
}

bool judge_cookie(Strictness strictness, const Response& response, std::string_view name,
                  std::string_view expected, Location where) {
  const auto actual = response.cookie(name);
  return Judgement(strictness, response, "cookie", where)
      .with(text_of_string(name))
      .with(text_of_string(expected))
      .holds_if(actual == expected, text_of_string(expected), shown(actual, "no such cookie"));
}

std::string shown_body(const Response& response) {
  return response.bytes().empty() ? "an empty body" : detail::excerpt(response.bytes());
}

bool judge_body_contains(Strictness strictness, const Response& response, std::string_view text,
                         Location where) {
  return Judgement(strictness, response, "body_contains", where)
      .with(text_of_string(text))
      .holds_if(response.bytes().find(text) != std::string_view::npos, "contains " + text_of_string(text),
                shown_body(response));
}

bool judge_body_matches(Strictness strictness, const Response& response, std::string_view expression,
                        Location where) {
  return Judgement(strictness, response, "body_matches", where)
      .with(text_of_string(expression))
      .holds_if(is_found(expression, response.bytes(), where), "matches " + text_of_string(expression),
                shown_body(response));
}

bool judge_body_sha256(Strictness strictness, const Response& response, std::string_view digits,
                       Location where) {
  std::string expected(digits);
  for (char& c : expected) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string actual = response.sha256(where);
  return Judgement(strictness, response, "body_sha256", where)
      .with(text_of_string(digits))
      .holds_if(actual == expected, expected, actual);
}

bool judge_faster_than(Strictness strictness, const Response& response, double limit_ms, Location where) {
  const double actual_ms = response.total_ms();
  return Judgement(strictness, response, "faster_than", where)
      .with(milliseconds(limit_ms))
      .holds_if(actual_ms < limit_ms, "less than " + milliseconds(limit_ms), milliseconds(actual_ms));
}

}  // namespace

void Page::assert_ok(const Response& response, Location where) {
  judge_ok(Strictness::hard, response, where);
}
void Page::assert_status(const Response& response, int expected, Location where) {
  judge_status(Strictness::hard, response, {expected}, false, where);
}
void Page::assert_status(const Response& response, std::initializer_list<int> expected, Location where) {
  judge_status(Strictness::hard, response, expected, true, where);
}
void Page::assert_json(const Response& response, std::string_view pointer, const JsonValue& expected,
                       Location where) {
  judge_json(Strictness::hard, response, pointer, expected, where);
}
void Page::assert_header(const Response& response, std::string_view name, std::string_view expected,
                         Location where) {
  judge_header(Strictness::hard, response, name, expected, where);
}
void Page::assert_has_header(const Response& response, std::string_view name, Location where) {
  judge_has_header(Strictness::hard, response, name, where);
}
void Page::assert_header_matches(const Response& response, std::string_view name, std::string_view expression,
                                 Location where) {
  judge_header_matches(Strictness::hard, response, name, expression, where);
}
void Page::assert_cookie(const Response& response, std::string_view name, std::string_view expected,
                         Location where) {
  judge_cookie(Strictness::hard, response, name, expected, where);
}
void Page::assert_body_contains(const Response& response, std::string_view text, Location where) {
  judge_body_contains(Strictness::hard, response, text, where);
}
void Page::assert_body_matches(const Response& response, std::string_view expression, Location where) {
  judge_body_matches(Strictness::hard, response, expression, where);
}
void Page::assert_body_sha256(const Response& response, std::string_view digits, Location where) {
  judge_body_sha256(Strictness::hard, response, digits, where);
}
void Page::assert_faster_than(const Response& response, double limit_ms, Location where) {
  judge_faster_than(Strictness::hard, response, limit_ms, where);
}

bool Page::expect_ok(const Response& response, Location where) {
  return judge_ok(Strictness::soft, response, where);
}
bool Page::expect_status(const Response& response, int expected, Location where) {
  return judge_status(Strictness::soft, response, {expected}, false, where);
}
bool Page::expect_status(const Response& response, std::initializer_list<int> expected, Location where) {
  return judge_status(Strictness::soft, response, expected, true, where);
}
bool Page::expect_json(const Response& response, std::string_view pointer, const JsonValue& expected,
                       Location where) {
  return judge_json(Strictness::soft, response, pointer, expected, where);
}
bool Page::expect_header(const Response& response, std::string_view name, std::string_view expected,
                         Location where) {
  return judge_header(Strictness::soft, response, name, expected, where);
}
bool Page::expect_has_header(const Response& response, std::string_view name, Location where) {
  return judge_has_header(Strictness::soft, response, name, where);
}
bool Page::expect_header_matches(const Response& response, std::string_view name, std::string_view expression,
                                 Location where) {
  return judge_header_matches(Strictness::soft, response, name, expression, where);
}
bool Page::expect_cookie(const Response& response, std::string_view name, std::string_view expected,
                         Location where) {
  return judge_cookie(Strictness::soft, response, name, expected, where);
}
bool Page::expect_body_contains(const Response& response, std::string_view text, Location where) {
  return judge_body_contains(Strictness::soft, response, text, where);
}
bool Page::expect_body_matches(const Response& response, std::string_view expression, Location where) {
  return judge_body_matches(Strictness::soft, response, expression, where);
}
bool Page::expect_body_sha256(const Response& response, std::string_view digits, Location where) {
  return judge_body_sha256(Strictness::soft, response, digits, where);
}
bool Page::expect_faster_than(const Response& response, double limit_ms, Location where) {
  return judge_faster_than(Strictness::soft, response, limit_ms, where);
}

}  // namespace e2e
