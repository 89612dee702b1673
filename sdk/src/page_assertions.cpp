#include "document.hpp"
#include "e2e/context.hpp"
#include "e2e/page.hpp"
#include "frame.hpp"
#include "status_names.hpp"

namespace e2e {

namespace {

struct Assertion {
  std::string expression, expected, actual;
};

void expect(bool holds, const Response& response, const Assertion& assertion, Location where) {
  detail::Frame& frame = detail::required_frame("an assertion");
  if (frame.is_own_thread()) frame.last_seen = where;
  if (holds) return;
  const std::string exchange = response.exchange();
  detail::Failure failure;
  failure.where = where;
  failure.expression = assertion.expression;
  failure.message = exchange;
  failure.expected = assertion.expected;
  failure.actual = assertion.actual;
  detail::report_hard(failure);
}

}  // namespace

void Page::assert_ok(const Response& response, Location where) {
  expect(response.ok(), response, {"assert_ok(response)", "2xx", detail::status_text(response.status())},
         where);
}

void Page::assert_status(const Response& response, int expected, Location where) {
  expect(response.status() == expected, response,
         {"assert_status(response, " + std::to_string(expected) + ")", detail::status_text(expected),
          detail::status_text(response.status())},
         where);
}

void Page::assert_status(const Response& response, std::initializer_list<int> expected, Location where) {
  std::string listed, wanted;
  bool holds = false;
  for (const int status : expected) {
    holds = holds || status == response.status();
    if (!listed.empty()) listed += ", ";
    if (!wanted.empty()) wanted += " or ";
    listed += std::to_string(status);
    wanted += detail::status_text(status);
  }
  expect(holds, response,
         {"assert_status(response, {" + listed + "})", wanted, detail::status_text(response.status())},
         where);
}

void Page::assert_json(const Response& response, std::string_view pointer, const JsonValue& expected,
                       Location where) {
  const Json actual = response.json(pointer, where);
  expect(actual.equals(expected), response,
         {"assert_json(response, " + detail::text_of_string(pointer) + ", " + expected.text() + ")",
          expected.text(), actual.dump()},
         where);
}

void Page::assert_header(const Response& response, std::string_view name, std::string_view expected,
                         Location where) {
  const auto actual = response.header(name);
  expect(actual == expected, response,
         {"assert_header(response, " + detail::text_of_string(name) + ", " +
              detail::text_of_string(expected) + ")",
          detail::text_of_string(expected), actual ? detail::text_of_string(*actual) : "no such header"},
         where);
}

}  // namespace e2e
