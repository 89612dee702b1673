#include "e2e/graphql.hpp"

#include "frame.hpp"

namespace e2e {

namespace {

/// "user.email: not allowed", or the whole error where it has no message.
std::string line_of(const Json& error) {
  std::string path;
  if (error.is_object() && error.contains("path") && error["path"].is_array()) {
    for (const Json& step : error["path"])
      path += (path.empty() ? "" : ".") + (step.type() == JsonType::string ? step.as_string() : step.dump());
  }
  const bool has_message =
      error.is_object() && error.contains("message") && error["message"].type() == JsonType::string;
  const std::string message = has_message ? error["message"].as_string() : error.dump();
  return path.empty() ? message : path + ": " + message;
}

}  // namespace

RequestOption graphql_body(std::string_view query, const JsonValue& variables) {
  return json_body({{"query", query}, {"variables", variables}});
}

void assert_graphql_ok(const Response& response, Location where) {
  Page::assert_ok(response, where);
  const Json body = response.json("", where);
  if (!body.is_object() || !body.contains("errors") || body["errors"].is_null()) return;
  std::string message = response.exchange();
  if (body["errors"].is_array()) {
    for (const Json& error : body["errors"]) message += "\n" + line_of(error);
  } else {
    message += "\n" + body["errors"].dump();
  }
  detail::Failure failure;
  failure.where = where;
  failure.expression = "assert_graphql_ok(response)";
  failure.message = message;
  detail::report_hard(failure);
}

}  // namespace e2e
