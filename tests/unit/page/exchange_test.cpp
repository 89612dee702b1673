#include "page/exchange.hpp"

#include <e2e_catch.hpp>

#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

std::string value_of(const Exchange::Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (is_same_header_name(key, name)) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("AnExchangeIsRecordedWhole") {
  RawServer server(ok_answer("answer", "Content-Type: text/plain\r\n"));
  PageFixture fixture(server.url());
  fixture.environment.blocked_ns = 5;
  fixture.send({"PUT", "/x", {{"X-A", "1"}}, {{"q", "2"}}, "question", 0});
  REQUIRE(fixture.environment.exchanges.size() == 1);
  const Exchange& exchange = fixture.environment.exchanges[0];
  CHECK(exchange.method == "PUT");
  CHECK(exchange.url == server.url() + "/x?q=2");
  CHECK(exchange.status == 200);
  CHECK(exchange.error == "");
  CHECK_FALSE(exchange.is_cancelled);
  CHECK(value_of(exchange.request_headers, "x-a") == "1");
  CHECK(value_of(exchange.request_headers, "user-agent").find("e2e-host/") == 0);
  CHECK(exchange.request_body == "question");
  CHECK(exchange.request_body_bytes == 8);
  CHECK(value_of(exchange.response_headers, "content-type") == "text/plain");
  CHECK(exchange.response_body == "answer");
  CHECK(exchange.response_body_bytes == 6);
  CHECK(exchange.start_unix_ns > 1'600'000'000'000'000'000);
  CHECK(exchange.timings.total_ns > 0);
  CHECK(exchange.timings.blocked_ns == 5);
}

TEST_CASE("SecretsAreNotRecorded") {
  RawServer server(ok_answer("", "Set-Cookie: sid=hush\r\nX-Session: hush\r\nX-Other: seen\r\n"));
  PageSettings settings = PageFixture::settings_for(server.url());
  settings.headers = {
      {"Authorization", "Bearer hush"}, {"X-API-Key", "hush"}, {"proxy-authorization", "hush"}};
  settings.secret_names = {"x-session"};
  PageFixture fixture(std::move(settings));
  Response& response = fixture.send(
      {"GET", "/", {{"Cookie", "a=hush"}, {"X-Session", "hush"}}, {{"x-session", "hush"}}, {}, 0});
  const Exchange& exchange = fixture.environment.exchanges.at(0);
  for (const char* name : {"authorization", "x-api-key", "proxy-authorization", "cookie", "x-session"}) {
    CHECK(value_of(exchange.request_headers, name) == "***");
  }
  CHECK(value_of(exchange.response_headers, "set-cookie") == "***");
  CHECK(value_of(exchange.response_headers, "x-session") == "***");
  CHECK(value_of(exchange.response_headers, "x-other") == "seen");
  CHECK(exchange.url == server.url() + "/?x-session=***");
  CHECK(server.last_request().header("authorization") == "Bearer hush");
  CHECK(response.headers().at(1).value == "sid=hush");
}

TEST_CASE("ARecordedBodyIsCutAndItsSizeKept") {
  const std::string large(Exchange::max_recorded_body_bytes + 1, 'y');
  RawServer server(ok_answer(large));
  PageFixture fixture(server.url());
  fixture.send({"POST", "/", {}, {}, large, 0});
  const Exchange& exchange = fixture.environment.exchanges.at(0);
  CHECK(exchange.request_body.size() == 16384);
  CHECK(exchange.request_body_bytes == 16385);
  CHECK(exchange.response_body.size() == 16384);
  CHECK(exchange.response_body_bytes == 16385);
  CHECK(fixture.environment.whole_requests.at(0) == large);
  REQUIRE(fixture.environment.whole_responses.at(0));
  CHECK(*fixture.environment.whole_responses.at(0) == large);
}
