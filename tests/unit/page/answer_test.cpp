#include <e2e_catch.hpp>

#include "page/json_document.hpp"
#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

/// What a page says of exactly these bytes, after which the server closes.
struct Seen {
  explicit Seen(std::string bytes)
      : server([bytes = std::move(bytes)](RawConnection& connection) {
          if (connection.read_request()) connection.send(bytes);
        }),
        fixture(server.url()),
        response(fixture.get("/")) {}

  std::string error() const { return std::string(response.error()); }

  RawServer server;
  PageFixture fixture;
  Response& response;
};

}  // namespace

TEST_CASE("HeadersComeInOrderTrimmedAndWithRepeats") {
  const Seen seen(
      "HTTP/1.1 200 OK\r\nX-A:  one\t\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Empty:\r\nContent-Length: "
      "0\r\n\r\n");
  const ResponseHeaders& headers = seen.response.headers();
  REQUIRE(headers.size() == 5);
  CHECK(headers.at(0).name == "X-A");
  CHECK(headers.at(0).value == "one");
  CHECK(headers.at(1).value == "a=1");
  CHECK(headers.at(2).name == "set-cookie");
  CHECK(headers.at(2).value == "b=2");
  CHECK(headers.at(3).value == "");
}

TEST_CASE("AnInterimAnswerLeavesNoHeaders") {
  const Seen seen(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nX-A: 1\r\nContent-Length: "
      "2\r\n\r\nok");
  CHECK(seen.response.status() == 201);
  CHECK(seen.response.headers().size() == 2);
  CHECK(seen.response.headers().at(0).name == "X-A");
  CHECK(seen.response.body() == "ok");
}

TEST_CASE("AFoldedHeaderIsOneValue") {
  ResponseHeaders headers;
  CHECK(headers.add_line(" nothing before it\r\n"));
  CHECK(headers.add_line("X-A: one\r\n"));
  CHECK(headers.add_line("\t two \r\n"));
  CHECK(headers.add_line("no colon\r\n"));
  CHECK(headers.add_line("\r\n"));
  REQUIRE(headers.size() == 1);
  CHECK(headers.at(0).value == "one two");
}

TEST_CASE("AChunkedAnswerIsPutTogether") {
  const Seen seen(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
      "chunked\r\n\r\n4\r\nwiki\r\n6;ext=1\r\npedia!\r\n0\r\nX-Trailer: t\r\n\r\n");
  CHECK(seen.error() == "");
  CHECK(seen.response.body() == "wikipedia!");
  CHECK(seen.response.headers().at(1).name == "X-Trailer");
}

TEST_CASE("AnAnswerWithoutLengthEndsWithTheConnection") {
  const Seen seen("HTTP/1.0 200 OK\r\n\r\nall of it");
  CHECK(seen.error() == "");
  CHECK(seen.response.body() == "all of it");
}

TEST_CASE("ABodyOfAnyBytesComesThrough") {
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += static_cast<char>(i * 7 % 256);
  const Seen seen(ok_answer(body));
  CHECK(seen.response.body() == body);
  CHECK(seen.response.status() == 200);
}

TEST_CASE("ATruncatedBodySaysHowMuchCame") {
  const Seen seen("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf!");
  CHECK(seen.error() ==
        "the connection closed before the answer was complete (5 of 10 bytes of its body came)");
  CHECK(seen.response.status() == 0);
  CHECK(seen.response.body() == "half!");
  CHECK(seen.fixture.environment.exchanges.at(0).status == 200);
}

TEST_CASE("ATruncatedChunkSaysHowMuchCame") {
  const Seen seen("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nwor");
  CHECK(seen.error() == "the connection closed before the answer was complete (8 bytes of its body came)");
}

TEST_CASE("ABadChunkIsAnError") {
  const Seen seen("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
  CHECK(seen.error().find("receiving the answer failed: Illegal or missing hexadecimal sequence") == 0);
}

TEST_CASE("AnEndBeforeTheAnswerIsAnError") {
  const Seen seen("");
  CHECK(seen.error() == "the connection closed before any answer came");
}

TEST_CASE("AnEndInsideTheHeadersIsAnError") {
  const Seen seen("HTTP/1.1 200 OK\r\nContent-Le");
  CHECK(seen.error() == "the connection closed before the answer's headers were complete");
  CHECK(seen.response.status() == 0);
}

TEST_CASE("BytesThatAreNotHttpAreAnError") {
  const Seen seen("SSH-2.0-OpenSSH_9.2\r\n");
  CHECK(seen.error() == "the answer is not HTTP: Received HTTP/0.9 when not allowed");
}

TEST_CASE("ANonsensicalContentLengthIsAnError") {
  const Seen seen("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nbody");
  CHECK(seen.error() == "the answer is not HTTP: Invalid Content-Length: value");
}

TEST_CASE("MoreBytesThanAnnouncedAreNotRead") {
  const Seen seen("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more");
  CHECK(seen.error() == "");
  CHECK(seen.response.body() == "ok");
}

TEST_CASE("TooManyHeadersAreAnError") {
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1001; ++i) bytes += "X-" + std::to_string(i) + ": 1\r\n";
  const Seen seen(bytes + "Content-Length: 0\r\n\r\n");
  CHECK(seen.error() == "the answer has more than 1000 headers, or more than 256 KiB of them");
}

TEST_CASE("HeadersThatAreTooLargeAreAnError") {
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 6; ++i) bytes += "X-" + std::to_string(i) + ": " + std::string(50'000, 'x') + "\r\n";
  const Seen seen(bytes + "Content-Length: 0\r\n\r\n");
  CHECK(seen.error() == "the answer has more than 1000 headers, or more than 256 KiB of them");
}

TEST_CASE("OneHeaderThatIsTooLargeIsAnError") {
  const Seen seen("HTTP/1.1 200 OK\r\nX-A: " + std::string(200'000, 'x') + "\r\nContent-Length: 0\r\n\r\n");
  CHECK(seen.error() == "a header of the answer is larger than 100 KiB");
}

TEST_CASE("ABodyThatIsAnnouncedTooLargeIsNotReadAtAll") {
  const Seen seen("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
  CHECK(seen.error() == "answer larger than 64 MiB");
}

TEST_CASE("ABodyThatGrowsTooLargeIsBrokenOff") {
  RawServer server([](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(std::string(65536, 'x'))) {
    }
  });
  PageSettings settings = PageFixture::settings_for(server.url());
  settings.request_options.max_body_bytes = 1'000'000;
  PageFixture fixture(std::move(settings));
  Response& response = fixture.get("/");
  CHECK(response.error() == "answer larger than 1000000 bytes");
  CHECK(response.body().size() <= 1'000'000);
}

TEST_CASE("ABodyOfExactlyTheLimitIsTaken") {
  RawServer server(ok_answer(std::string(1000, 'x')));
  PageSettings settings = PageFixture::settings_for(server.url());
  settings.request_options.max_body_bytes = 1000;
  PageFixture fixture(settings);
  CHECK(fixture.get("/").body().size() == 1000);
  settings.request_options.max_body_bytes = 999;
  PageFixture smaller(settings);
  CHECK(smaller.get("/").error() == "answer larger than 999 bytes");
}

TEST_CASE("TheBodysJsonIsParsedOnce") {
  const Seen seen(ok_answer(R"({"id":"u1"})"));
  const JsonValue* const json = seen.response.json();
  REQUIRE(json != nullptr);
  CHECK(json->at("/id")->as_string() == "u1");
  CHECK(seen.response.json() == json);
  CHECK(seen.response.json_error() == "");
}

TEST_CASE("ABodyThatIsNotJsonSaysWhy") {
  const Seen seen(ok_answer("<html>"));
  CHECK(seen.response.json() == nullptr);
  CHECK(seen.response.json_error().find("line 1, column 1: ") == 0);
  const Seen broken("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  CHECK(broken.response.json() == nullptr);
  CHECK(broken.response.json_error().find("there is no answer: the connection closed") == 0);
}
