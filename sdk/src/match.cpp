#include "e2e/match.hpp"

#include "assertion.hpp"
#include "document.hpp"
#include "e2e/context.hpp"
#include "frame.hpp"
#include "pattern.hpp"
#include "verify.hpp"

namespace e2e {

namespace {

using detail::Strictness;

constexpr std::size_t max_expression_bytes = 200;

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

/// What was asked, above what was found wrong.
std::string under(const std::string& exchange, const std::string& lines) {
  return exchange.empty() ? lines : exchange + "\n" + lines;
}

bool judge_match(Strictness strictness, const Json& json, const std::string& exchange, const Pattern& pattern,
                 Location where) {
  const MatchResult result = matches(json, pattern);
  const std::string name = strictness == Strictness::hard ? "assert_matches(" : "expect_matches(";
  const char* const subject = exchange.empty() ? "json, " : "response, ";
  if (result) return detail::judge(strictness, true, {}, where);
  return detail::judge(strictness, false,
                       {name + subject + detail::cut(pattern.text(), max_expression_bytes) + ")", "", "",
                        under(exchange, lines_of(result.differences()))},
                       where);
}

bool judge_schema(Strictness strictness, const Json& json, const std::string& exchange,
                  const JsonValue& schema, Location where) {
  const char* const name = strictness == Strictness::hard ? "assert_schema()" : "expect_schema()";
  const std::string call = std::string(strictness == Strictness::hard ? "assert_schema(" : "expect_schema(") +
                           (exchange.empty() ? "json" : "response") + ", schema)";
  detail::Frame& frame = detail::required_frame(name);
  const detail::HostApi& api = detail::api_of(frame.instance);
  const e2e_verify_v1& verify = detail::required_verify(api, name, where);
  // No schema is a string, so one that is holds the text of a schema.
  const std::string text =
      schema.text().rfind('"', 0) == 0
          ? detail::parse_for_test(api, schema.text(), "the schema", where).as_string(where)
          : schema.text();
  std::string error;
  const detail::DocumentHold parsed(detail::Document::parse(api, text, "the schema", error));
  if (!parsed)
    return detail::judge(Strictness::hard, false, {call, "", "", "the schema is not JSON: " + error}, where);
  e2e_str problems{};
  const e2e_rc rc = verify.schema(api.host, parsed->root(), detail::Document::node_of(json), &problems);
  const std::string said = under(exchange, detail::to_string(problems));
  // A schema that can't be used says nothing of the answer: no reason to go on.
  return detail::judge(rc == E2E_ERROR ? Strictness::hard : strictness, rc == E2E_PASS, {call, "", "", said},
                       where);
}

}  // namespace

MatchResult::MatchResult(std::vector<std::string> differences, std::string pattern)
    : differences_(std::move(differences)), pattern_(std::move(pattern)) {}
MatchResult::MatchResult(const MatchResult&) = default;
MatchResult::~MatchResult() = default;

MatchResult::operator detail::Outcome() const {
  if (differences_.empty()) return {true, nullptr};
  return detail::did_not_hold(lines_of(differences_), pattern_);
}

MatchResult matches(const Json& json, const Pattern& pattern) {
  detail::Differences differences;
  detail::compare(json, pattern, differences);
  return MatchResult(differences.take(), pattern.text());
}
MatchResult matches(const Response& response, const Pattern& pattern, Location where) {
  return matches(response.json("", where), pattern);
}

void assert_matches(const Response& response, const Pattern& pattern, Location where) {
  judge_match(Strictness::hard, response.json("", where), response.exchange(), pattern, where);
}
void assert_matches(const Json& json, const Pattern& pattern, Location where) {
  judge_match(Strictness::hard, json, "", pattern, where);
}
bool expect_matches(const Response& response, const Pattern& pattern, Location where) {
  return judge_match(Strictness::soft, response.json("", where), response.exchange(), pattern, where);
}
bool expect_matches(const Json& json, const Pattern& pattern, Location where) {
  return judge_match(Strictness::soft, json, "", pattern, where);
}

void assert_schema(const Response& response, const JsonValue& schema, Location where) {
  judge_schema(Strictness::hard, response.json("", where), response.exchange(), schema, where);
}
void assert_schema(const Json& json, const JsonValue& schema, Location where) {
  judge_schema(Strictness::hard, json, "", schema, where);
}
bool expect_schema(const Response& response, const JsonValue& schema, Location where) {
  return judge_schema(Strictness::soft, response.json("", where), response.exchange(), schema, where);
}
bool expect_schema(const Json& json, const JsonValue& schema, Location where) {
  return judge_schema(Strictness::soft, json, "", schema, where);
}

bool is_match(std::string_view text, std::string_view expression, Location where) {
  const detail::Frame& frame = detail::required_frame("e2e::is_match()");
  return detail::is_found(detail::api_of(frame.instance), expression, text, where);
}

}  // namespace e2e
