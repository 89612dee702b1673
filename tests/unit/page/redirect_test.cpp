#include <e2e_catch.hpp>

#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

std::string redirect_answer(int status, const std::string& location) {
  return "HTTP/1.1 " + std::to_string(status) + " Redirect\r\nLocation: " + location +
         "\r\nContent-Length: 0\r\n\r\n";
}

/// Answers "/a" with a redirect, and all else with what came, as text.
class RedirectingServer {
 public:
  RedirectingServer(int status, std::string location)
      : server_([this, answer = redirect_answer(status, location)](RawConnection& connection) {
          while (const auto request = connection.read_request()) {
            const bool is_first = request->line().find(" /a ") != std::string::npos;
            connection.send(is_first ? answer : ok_answer(request->head + request->body));
          }
        }) {}
  [[nodiscard]] std::string url() const { return server_.url(); }

 private:
  RawServer server_;
};

Request follow(std::string_view method, std::string_view limit = "5", std::string_view body = {}) {
  Request request{method, "/a", {}, {}, body, 0};
  request.options = {{"redirects", limit}};
  return request;
}

}  // namespace

TEST_CASE("ARedirectIsFollowedWhereThatIsAskedForAndEachHopIsAnExchange") {
  const RedirectingServer server(302, "b?x=1#part");
  PageFixture fixture(server.url());
  Response& response = fixture.send(follow("GET"));
  CHECK(response.status() == 200);
  CHECK(response.url() == server.url() + "/b?x=1");
  CHECK(response.method() == "GET");
  CHECK(response.fact("redirects") == "1");
  const auto& exchanges = fixture.environment.exchanges;
  REQUIRE(exchanges.size() == 2);
  CHECK(exchanges[0].status == 302);
  CHECK(exchanges[0].redirect == 0);
  CHECK(exchanges[1].redirect == 1);
  CHECK(exchanges[1].url == server.url() + "/b?x=1");
}

TEST_CASE("MethodAndBodyGoAlongAsTheStatusSays") {
  struct Case {
    int status;
    const char *method, *arrives_as;
    bool has_body;
  };
  for (const Case& each :
       {Case{301, "POST", "GET", false}, Case{302, "POST", "GET", false}, Case{303, "PUT", "GET", false},
        Case{303, "HEAD", "HEAD", false}, Case{302, "PUT", "PUT", true}, Case{307, "POST", "POST", true},
        Case{308, "PATCH", "PATCH", true}}) {
    INFO(each.status << " " << each.method);
    const RedirectingServer server(each.status, "/b");
    PageFixture fixture(server.url());
    const bool is_head = std::string_view(each.method) == "HEAD";
    Request request = follow(each.method, "1", is_head ? "" : "the body");
    request.headers = {{"content-type", "text/plain"}, {"authorization", "Basic eA=="}};
    Response& response = fixture.send(request);
    CHECK(response.status() == 200);
    CHECK(response.method() == each.arrives_as);
    if (is_head) continue;
    const std::string arrived(response.body());
    CHECK(arrived.find(std::string(each.arrives_as) + " /b HTTP/1.1") == 0);
    CHECK((arrived.find("the body") != std::string::npos) == each.has_body);
    CHECK((arrived.find("content-type") != std::string::npos) == each.has_body);
    CHECK(arrived.find("authorization: Basic eA==") != std::string::npos);
  }
}

TEST_CASE("CredentialsDoNotGoToAnotherOrigin") {
  const RedirectingServer other(302, "/nowhere");
  const RedirectingServer server(302, other.url() + "/b");
  PageFixture fixture(server.url());
  Request request = follow("GET");
  request.headers = {{"Authorization", "Bearer t"}, {"X-Api-Key", "k"}, {"X-Own-Key", "o"}, {"X-Plain", "p"}};
  request.options.emplace_back("secret_name", "x-own-key");
  const std::string arrived(fixture.send(request).body());
  CHECK(arrived.find("Authorization") == std::string::npos);
  CHECK(arrived.find("X-Api-Key") == std::string::npos);
  CHECK(arrived.find("X-Own-Key") == std::string::npos);
  CHECK(arrived.find("X-Plain: p") != std::string::npos);
}

TEST_CASE("AHundredRedirectsEndAtTheLimit") {
  RawServer server(redirect_answer(302, "/again"));
  PageFixture fixture(server.url());
  Response& response = fixture.send(follow("GET", "50"));
  CHECK(response.error() == "more than 50 redirects; the last led to " + server.url() + "/again");
  CHECK(fixture.environment.exchanges.size() == 51);
  CHECK(fixture.send(follow("GET", "1")).error().find("more than 1 redirect; ") == 0);
}

TEST_CASE("ARedirectThatLeadsNowhereSaysSo") {
  const auto error_of = [](const std::string& location) {
    const RedirectingServer server(302, location);
    PageFixture fixture(server.url());
    return std::string(fixture.send(follow("GET")).error());
  };
  CHECK(error_of("ftp://127.0.0.1/x") ==
        "the answer leads to 'ftp://127.0.0.1/x', which is neither http nor https");
  CHECK(error_of("file:///etc/passwd") ==
        "the answer leads to 'file:///etc/passwd', which is neither http nor https");
  CHECK(error_of("http://[") == "the answer leads to 'http://[', which is no URL");
  const RedirectingServer without(302, "");
  PageFixture fixture(without.url());
  CHECK(fixture.send(follow("GET", "3")).status() == 302);
}

TEST_CASE("TheTimeoutIsOfAllRedirectsTogether") {
  RawServer server([](RawConnection& connection) {
    while (connection.read_request()) {
      if (connection.is_closed_within(60)) return;
      connection.send(redirect_answer(302, "/again"));
    }
  });
  PageFixture fixture(server.url());
  Request request = follow("GET", "50");
  request.timeout_ms = 300;
  CHECK(fixture.send(request).error().find("no answer within ") == 0);
  CHECK(fixture.environment.exchanges.size() < 10);
}
