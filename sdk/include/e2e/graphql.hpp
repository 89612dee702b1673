#pragma once

#include <string_view>

#include "json.hpp"
#include "location.hpp"
#include "page.hpp"
#include "request.hpp"
#include "response.hpp"

/// GraphQL over HTTP. Not part of e2e.hpp.
namespace e2e {

/// The body of a GraphQL request, for page.post().
RequestOption graphql_body(std::string_view query, const JsonValue& variables = object({}));

/// Ends the test if the answer is no 2xx, no JSON, or has `errors`, which services send with 200 too.
void assert_graphql_ok(const Response& response, Location where = Location::here());

/// Posts a query and returns the answer, whose values are below `/data`. Ends the test as assert_graphql_ok()
/// does.
template <class... Options>
Response graphql(Page& page, const Target& target, std::string_view query, const JsonValue& variables,
                 const Options&... options) {
  const Response response = page.post(target, graphql_body(query, variables), options...);
  assert_graphql_ok(response, target.where());
  return response;
}
inline Response graphql(Page& page, const Target& target, std::string_view query) {
  return graphql(page, target, query, object({}));
}

}  // namespace e2e
