#include <e2e/graphql.hpp>
#include <e2e/sse.hpp>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

/// The message of the failure that GraphQL answer leads to; "" if the test passes.
std::string graphql_failure(int status, const char* body) {
  Session session;
  session.host.answer(status, body);
  const auto rc = session.run([](CountedPage& page) { e2e::graphql(page, "/graphql", "{user{id}}"); });
  CHECK((rc == E2E_PASS) == session.host.failures.empty());
  return session.host.failures.empty() ? "" : session.host.failures[0].message;
}

std::string text_of(const std::vector<e2e::ServerEvent>& events) {
  std::string text;
  for (const auto& event : events) text += event.type + "|" + event.data + "|" + event.id + "\n";
  return text;
}

/// What a stream comes to, fed in pieces of that size.
std::string parsed(std::string_view stream, std::size_t piece) {
  e2e::detail::EventParser parser;
  std::vector<e2e::ServerEvent> events;
  for (std::size_t at = 0; at < stream.size(); at += piece)
    CHECK(parser.feed(stream.substr(at, piece), events));
  return text_of(events);
}

}  // namespace

TEST_CASE("GraphQlFailsOnErrorsWhateverTheStatus", "[sdk]") {
  CHECK(graphql_failure(200, R"({"data":{"user":{"id":1}}})") == "");
  CHECK(graphql_failure(200, R"({"data":{},"errors":null})") == "");
  CHECK(
      graphql_failure(
          200,
          R"({"errors":[{"message":"not allowed","path":["users",0,"email"]},{"message":"slow"},{"code":7}]})") ==
      "POST http://users.test/graphql -> 200\nusers.0.email: not allowed\nslow\n{\"code\":7}");
  CHECK(graphql_failure(200, R"({"errors":"odd"})") == "POST http://users.test/graphql -> 200\n\"odd\"");
  CHECK(graphql_failure(500, R"({"data":{}})") != "");
  CHECK(graphql_failure(200, "<html>").find("the body is not JSON") != std::string::npos);
}

TEST_CASE("GraphQlSendsQueryAndVariables", "[sdk]") {
  Session session;
  session.host.answer(200, R"({"data":{"n":7}})");
  const auto rc = session.run([](CountedPage& page) {
    const auto answer = e2e::graphql(page, "/graphql", "query($n: Int) {n(n: $n)}", e2e::object({{"n", 7}}),
                                     e2e::header("X-A", "1"));
    CHECK(answer.json("/data/n") == 7);
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.requests.at(0).body == R"({"query":"query($n: Int) {n(n: $n)}","variables":{"n":7}})");
}

TEST_CASE("EventsAreFoundHoweverTheStreamIsCut", "[sdk]") {
  const std::string_view stream =
      "\xEF\xBB\xBF"
      ": a comment\r\nevent: added\r\nid: 7\r\ndata: one\r\ndata:two\r\n\r\n"
      "data\n\nretry: 10\nunknown: x\n\ndata:  three\rid\r\revent: lost\n\ndata: unfinished";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, stream.size()}) {
    INFO(piece);
    // The mark of the encoding is looked for in the first piece alone.
    const std::string_view from = piece < 3 ? stream.substr(3) : stream;
    CHECK(parsed(from, piece) == "added|one\ntwo|7\nmessage||7\nmessage| three|\n");
  }
}

TEST_CASE("AnEventThatIsTooLargeEndsTheStream", "[sdk]") {
  e2e::detail::EventParser parser;
  std::vector<e2e::ServerEvent> events;
  const std::string line = "data: " + std::string(1000, 'x') + "\n";
  bool is_well = true;
  for (int i = 0; i < 2000 && is_well; ++i) is_well = parser.feed(line, events);
  CHECK_FALSE(is_well);
  CHECK(events.empty());
}

TEST_CASE("AStreamThatEndsEarlyIsToldWithWhatCame", "[sdk]") {
  Session session;
  session.host.answer(200);
  session.host.answers.back().headers = {{"Content-Type", "text/event-stream"}};
  session.host.pieces = {"data: first\n\nda", "ta: second\n\n"};
  CHECK(session.run([](CountedPage& page) { e2e::server_events(page, "/events", 3); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message ==
        "2 of 3 events came; the stream ended\nmessage: first\nmessage: second");
  session.host.answer(200);
  CHECK(session.run([](CountedPage& page) {
    CHECK(text_of(e2e::server_events(page, "/events", 1)) == "message|first|\n");
  }) == E2E_PASS);
}
