#include <e2e_catch.hpp>

#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

const std::string ok = ok_answer("{}");

PageSettings with_headers(std::string base_url, std::vector<std::pair<std::string, std::string>> headers) {
  PageSettings settings = PageFixture::settings_for(std::move(base_url));
  settings.headers = std::move(headers);
  return settings;
}

}  // namespace

TEST_CASE("EveryMethodIsSentAsItWasWritten") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-Own!"}) {
    Response& response = fixture.send({method, "/m?a=1", {}, {}, {}, 0});
    CHECK(response.error() == "");
    CHECK(response.status() == 200);
    CHECK(response.method() == method);
    CHECK(server.last_request().line() == std::string(method) + " /m?a=1 HTTP/1.1");
  }
  CHECK(server.accepted() == 1);
}

TEST_CASE("ABodyGoesWithAnyMethodAndItsLength") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  const std::string body("a\0b\r\n", 5);
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    REQUIRE(fixture.send({method, "/", {}, {}, body, 0}).error() == "");
    const ReceivedRequest request = server.last_request();
    CHECK(request.line() == std::string(method) + " / HTTP/1.1");
    CHECK(request.header("content-length") == "5");
    CHECK(request.body == body);
    CHECK_FALSE(request.header("content-type").has_value());
    CHECK_FALSE(request.header("expect").has_value());
  }
}

TEST_CASE("AnEmptyBodyIsAnnouncedWhereOneIsExpected") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    REQUIRE(fixture.send({method, "/", {}, {}, {}, 0}).error() == "");
    CHECK(server.last_request().header("content-length") == "0");
    CHECK_FALSE(server.last_request().header("content-type").has_value());
  }
  for (const char* method : {"GET", "DELETE", "OPTIONS"}) {
    REQUIRE(fixture.send({method, "/", {}, {}, {}, 0}).error() == "");
    CHECK_FALSE(server.last_request().header("content-length").has_value());
  }
}

TEST_CASE("HeadHasNoBodyWhateverLengthIsAnnounced") {
  RawServer server(std::string("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  PageFixture fixture(server.url());
  Response& response = fixture.send({"HEAD", "/", {}, {}, {}, 0});
  CHECK(response.error() == "");
  CHECK(response.body() == "");
  CHECK(response.headers().at(0).value == "1000");
  CHECK(fixture.send({"HEAD", "/again", {}, {}, {}, 0}).error() == "");
  CHECK(server.last_request().line() == "HEAD /again HTTP/1.1");
  CHECK(server.accepted() == 1);
}

TEST_CASE("HeadWithABodyIsRefused") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  CHECK(fixture.send({"HEAD", "/", {}, {}, "abc", 0}).error() ==
        "a HEAD request has no body (RFC 9110, 9.3.2): leave it out, or use another method");
  CHECK(server.accepted() == 0);
}

TEST_CASE("ALargeBodyIsSentWholeWithoutExpect") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  const std::string body(3u << 20, 'b');
  REQUIRE(fixture.send({"POST", "/", {}, {}, body, 0}).error() == "");
  CHECK(server.last_request().body == body);
  CHECK_FALSE(server.last_request().header("expect").has_value());
}

TEST_CASE("ANearerHeaderOfTheSameNameWins") {
  RawServer server(ok);
  PageFixture fixture(with_headers(server.url(), {{"X-A", "config"}, {"X-B", "config"}, {"X-C", "config"}}));
  fixture.page.set_default_header("x-b", "page");
  fixture.page.set_default_header("x-c", "page");
  REQUIRE(fixture.send({"GET", "/", {{"X-c", "1"}, {"x-C", "2"}}, {}, {}, 0}).error() == "");
  CHECK(server.last_request().header("x-a") == "config");
  CHECK(server.last_request().header("x-b") == "page");
  CHECK(server.last_request().header("x-c") == "1|2");

  fixture.get("/");
  CHECK(server.last_request().header("x-c") == "page");
}

TEST_CASE("AnEmptyDefaultHeaderRemovesTheConfiguredOne") {
  RawServer server(ok);
  PageFixture fixture(with_headers(server.url(), {{"X-A", "config"}}));
  fixture.page.set_default_header("x-a", "");
  fixture.page.set_default_header("Accept", "");
  fixture.page.set_default_header("User-Agent", "");
  fixture.get("/");
  CHECK_FALSE(server.last_request().header("x-a").has_value());
  CHECK_FALSE(server.last_request().header("accept").has_value());
  CHECK_FALSE(server.last_request().header("user-agent").has_value());
}

TEST_CASE("AnEmptyHeaderOfARequestIsSentEmpty") {
  RawServer server(ok);
  PageFixture fixture(with_headers(server.url(), {{"X-A", "config"}}));
  REQUIRE(fixture.send({"GET", "/", {{"x-a", " \t"}}, {}, {}, 0}).error() == "");
  CHECK(server.last_request().header("x-a") == "");
}

TEST_CASE("TheHostNamesItselfUnlessToldOtherwise") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  fixture.get("/");
  CHECK(server.last_request().header("user-agent").value().find("e2e-host/") == 0);
  CHECK(server.last_request().header("accept") == "*/*");
  CHECK(server.last_request().header("host") == server.address());
  CHECK_FALSE(server.last_request().header("accept-encoding").has_value());

  REQUIRE(fixture.send({"GET", "/", {{"user-agent", "mine"}, {"host", "other"}}, {}, {}, 0}).error() == "");
  CHECK(server.last_request().header("user-agent") == "mine");
  CHECK(server.last_request().header("host") == "other");
}

TEST_CASE("AHeaderThatWouldBreakTheRequestIsRefused") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  const auto refusal = [&](std::string_view name, std::string_view value) {
    Response& response = fixture.send({"GET", "/", {{name, value}}, {}, {}, 0});
    CHECK(response.status() == 0);
    return std::string(response.error());
  };
  CHECK(refusal("x-a", "1\r\nx-b: 2") == "the value of header 'x-a' has a line break or a NUL in it");
  CHECK(refusal("x-a", std::string_view("1\0", 2)) ==
        "the value of header 'x-a' has a line break or a NUL in it");
  CHECK(refusal("x a", "1") == "'x a' is not a header name: use letters, digits and hyphens");
  CHECK(refusal("x:", "1") == "'x:' is not a header name: use letters, digits and hyphens");
  CHECK(refusal("", "1") == "'' is not a header name: use letters, digits and hyphens");
  fixture.page.set_default_header("x-d", "1\n");
  CHECK(fixture.get("/").error() == "the value of header 'x-d' has a line break or a NUL in it");
  CHECK(server.accepted() == 0);
  CHECK(fixture.environment.exchanges.empty());
}

TEST_CASE("AMethodThatIsNoTokenIsRefused") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  CHECK(fixture.send({"", "/", {}, {}, {}, 0}).error() == "'' is not an HTTP method");
  CHECK(fixture.send({"GET / HTTP/1.1", "/", {}, {}, {}, 0}).error() ==
        "'GET / HTTP/1.1' is not an HTTP method");
  CHECK(fixture.send({std::string(65, 'G'), "/", {}, {}, {}, 0}).error() ==
        "'" + std::string(64, 'G') + "' is not an HTTP method");
  CHECK(server.accepted() == 0);
}

TEST_CASE("AFalseContentLengthIsSentAndTheConnectionNotUsedAgain") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  REQUIRE(fixture.send({"POST", "/", {{"Content-Length", "2"}}, {}, "abc", 0}).error() == "");
  CHECK(server.last_request().header("content-length") == "2");
  CHECK(server.last_request().body == "ab");
  REQUIRE(fixture.send({"POST", "/", {{"content-length", "3"}}, {}, "abc", 0}).error() == "");
  CHECK(server.last_request().header("content-length") == "3");
  CHECK(server.accepted() == 2);
  REQUIRE(fixture.send({"POST", "/", {{"content-length", "0"}}, {}, "", 0}).error() == "");
  CHECK(server.last_request().header("content-length") == "0");
  CHECK(server.accepted() == 2);
}

TEST_CASE("ARedirectIsAnAnswerLikeAnyOther") {
  RawServer server(std::string("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
  PageFixture fixture(server.url());
  Response& response = fixture.get("/");
  CHECK(response.status() == 302);
  CHECK(response.error() == "");
  CHECK(response.headers().at(0).name == "Location");
  CHECK(server.last_request().line() == "GET / HTTP/1.1");
}

TEST_CASE("AProxyOfTheEnvironmentIsNotAskedForLoopback") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  const std::string proxy = "http://127.0.0.1:" + std::to_string(unused_port());
  ::setenv("http_proxy", proxy.c_str(), 1);
  const std::string error(fixture.get("/").error());
  const std::string elsewhere(fixture.get("http://service.invalid/").error());
  ::unsetenv("http_proxy");
  CHECK(error == "");
  CHECK(elsewhere.find("cannot connect to") == 0);
}

TEST_CASE("ConnectionsStayWarmAcrossPagesOfASession") {
  RawServer server(ok);
  FakeEnvironment environment;
  HttpSession session;
  uint64_t last_serial = 0;
  for (int i = 0; i < 5; ++i) {
    Page page(PageFixture::settings_for(server.url()), session, environment);
    CHECK(page.serial() > last_serial);
    last_serial = page.serial();
    const Response* const response = page.request({"GET", "/", {}, {}, {}, 0});
    REQUIRE(response != nullptr);
    CHECK(response->error() == "");
  }
  CHECK(server.accepted() == 1);
}

TEST_CASE("AConnectionThatTheServerClosedIsReplaced") {
  RawServer server([](RawConnection& connection) {
    if (connection.read_request()) connection.send(ok_answer("once"));
  });
  PageFixture fixture(server.url());
  for (int i = 0; i < 3; ++i) CHECK(fixture.get("/").body() == "once");
  CHECK(server.accepted() == 3);
}

TEST_CASE("CookiesBelongToThePage") {
  RawServer server(ok_answer("", "Set-Cookie: sid=42; Path=/\r\n"));
  PageFixture fixture(server.url());
  Page other(PageFixture::settings_for(server.url()), fixture.session, fixture.environment);
  fixture.get("/");
  CHECK_FALSE(server.last_request().header("cookie").has_value());
  REQUIRE(other.request({"GET", "/", {}, {}, {}, 0}) != nullptr);
  CHECK_FALSE(server.last_request().header("cookie").has_value());
  fixture.get("/");
  CHECK(server.last_request().header("cookie") == "sid=42");
  fixture.send({"GET", "/", {{"Cookie", "sid=own"}}, {}, {}, 0});
  CHECK(server.last_request().header("cookie") == "sid=own");
  fixture.get("/");
  CHECK(server.last_request().header("cookie") == "sid=42");
}

TEST_CASE("CredentialsOfTheUrlAreSentAndNotRecorded") {
  RawServer server(ok);
  PageFixture fixture("http://user:pw@" + server.address());
  fixture.get("/");
  CHECK(server.last_request().header("authorization") == "Basic dXNlcjpwdw==");
  CHECK(fixture.environment.exchanges.at(0).url == "http://***@" + server.address() + "/");
  CHECK_FALSE(server.last_request().line().find("pw") != std::string::npos);
}

TEST_CASE("ARequestLeavesNothingToTheNext") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  const auto plain = [&] {
    REQUIRE(fixture.get("/plain").error() == "");
    const ReceivedRequest request = server.last_request();
    CHECK(request.line() == "GET /plain HTTP/1.1");
    CHECK(request.body == "");
    for (const char* name :
         {"authorization", "cookie", "accept-encoding", "content-length", "x-own", "expect"})
      CHECK_FALSE(request.header(name).has_value());
    return request.head;
  };
  const std::string raw = plain();
  const std::string with_credentials = "http://user:pw@" + server.address() + "/";
  const std::vector<Request> others = {
      {"GET", with_credentials, {}, {}, {}, 0},
      {"GET", "/", {{"cookie", "a=1"}, {"x-own", "1"}}, {}, {}, 0},
      {"GET", "/", {}, {}, "a body", 0},
      {"POST", "/", {}, {}, "a body", 0},
      {"POST", "/", {{"content-length", "3"}}, {}, "a body", 0},
      {"HEAD", "/", {}, {}, {}, 0},
      {"GET", "/", {}, {}, {}, 0, {{"compression", "true"}}},
      {"GET", "/", {}, {}, {}, 0, {{"unix_socket", "/nobody/listens/here"}}},
      {"GET", "/", {}, {}, {}, 0, {{"proxy", "http://127.0.0.1:1"}}},
      {"GET", "/", {}, {}, {}, 0, {{"max_body", "1"}}},
  };
  for (const Request& other : others) {
    INFO(other.method << " " << other.target << " " << (&other - others.data()));
    fixture.send(other);
    CHECK(plain() == raw);
  }
}

TEST_CASE("ASecondBodyOfTheSameKindIsSentInPlaceOfTheFirst") {
  RawServer server(ok);
  PageFixture fixture(server.url());
  for (const std::string body : {"the first one", "2", "", "the fourth"}) {
    REQUIRE(fixture.send({"POST", "/", {}, {}, body, 0}).error() == "");
    CHECK(server.last_request().body == body);
    CHECK(server.last_request().header("content-length") == std::to_string(body.size()));
  }
  CHECK(server.accepted() == 1);
}

TEST_CASE("ASessionOutlivesThePagesWhoseCookiesItSent") {
  RawServer server(ok_answer("", "Set-Cookie: sid=42; Path=/\r\n"));
  PageFixture fixture(server.url());
  for (int i = 0; i < 3; ++i) {
    Page page(PageFixture::settings_for(server.url()), fixture.session, fixture.environment);
    REQUIRE(page.request({"GET", "/", {}, {}, {}, 0}) != nullptr);
    CHECK_FALSE(server.last_request().header("cookie").has_value());
    REQUIRE(page.request({"GET", "/", {}, {}, {}, 0}) != nullptr);
    CHECK(server.last_request().header("cookie") == "sid=42");
  }
}
