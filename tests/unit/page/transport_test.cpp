#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sha256.hpp"
#include "page/cookie_jar.hpp"
#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "e2e-transport-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
  [[nodiscard]] static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  fs::path path_;
};

Request with(std::vector<std::pair<std::string_view, std::string_view>> options,
             std::string_view method = "GET") {
  Request request{method, "/x", {}, {}, {}, 0};
  request.options = std::move(options);
  return request;
}

long max_rss_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("PartsAreSentAsFormDataWithFilesReadAsTheyGo") {
  RawServer server(ok_answer("{}"));
  PageFixture fixture(server.url());
  const Folder folder;
  const std::string path = folder.write("a.png", std::string("\x89PNG\0\r\n", 7));
  Request request{"POST", "/x", {}, {}, {}, 0};
  request.parts = {{"na\"me", "", "", "Ada\r\n--x", ""}, {"photo", "a.png", "image/png", "", path}};
  REQUIRE(fixture.send(request).error() == "");
  const ReceivedRequest received = server.last_request();
  const std::string type = received.header("content-type").value();
  REQUIRE(type.find("multipart/form-data; boundary=e2e-") == 0);
  const std::string boundary = type.substr(type.find('=') + 1);
  CHECK(received.body == "--" + boundary +
                             "\r\ncontent-disposition: form-data; name=\"na%22me\"\r\n\r\nAda\r\n--x\r\n--" +
                             boundary +
                             "\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n"
                             "content-type: image/png\r\n\r\n" +
                             std::string("\x89PNG\0\r\n", 7) + "\r\n--" + boundary + "--\r\n");
  const Exchange& exchange = fixture.environment.exchanges.at(0);
  CHECK(exchange.request_body == received.body);
  CHECK(exchange.request_body_bytes == received.body.size());
}

TEST_CASE("PartsAreToldToCurl") {
  RawServer server(ok_answer("{}"));
  PageFixture fixture(server.url());
  const Folder folder;
  const std::string path = folder.write("a;b.txt", "x");
  Request request{"POST", "/x", {}, {}, {}, 0};
  request.parts = {{"name", "", "", "a \"b\" \\", ""}, {"photo", "p.txt", "text/plain", "", path}};
  fixture.send(request);
  CHECK(fixture.environment.exchanges.at(0).curl_words ==
        std::vector<std::string>{"-F", R"(name="a \"b\" \\")", "-F",
                                 "photo=@\"" + path + "\";type=text/plain;filename=\"p.txt\""});
}

TEST_CASE("AFileIsABodyAndIsReadAgainForARetry") {
  std::atomic<int> requests{0};
  std::vector<std::string> bodies;
  RawServer server([&](RawConnection& connection) {
    while (const auto request = connection.read_request()) {
      bodies.push_back(request->body);
      connection.send(++requests == 1 ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : ok_answer("{}"));
    }
  });
  PageFixture fixture(server.url());
  const Folder folder;
  const std::string text(300'000, 'f');
  const std::string path = folder.write("body", text);
  Request request = with({{"retries", "1"}}, "PUT");
  request.body_file = path;
  CHECK(fixture.send(request).status() == 200);
  CHECK(bodies == std::vector<std::string>{text, text});
  CHECK(fixture.environment.exchanges.at(1).request_body == text.substr(0, 16384));
  CHECK(fixture.environment.exchanges.at(1).request_body_bytes == text.size());
  CHECK(fixture.environment.exchanges.at(1).curl_words ==
        std::vector<std::string>{"--data-binary", "@" + path});
}

TEST_CASE("WhatIsNoFileIsRefusedBeforeAnythingIsSent") {
  RawServer server(ok_answer("{}"));
  PageFixture fixture(server.url());
  const Folder folder;
  Request request{"POST", "/x", {}, {}, {}, 0};
  const std::string absent = folder.file("absent"), fifo = folder.file("fifo");
  request.body_file = absent;
  CHECK(fixture.send(request).error() ==
        "the file '" + absent + "' can't be sent: No such file or directory");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  request.body_file = fifo;
  CHECK(fixture.send(request).error() == "'" + fifo + "' can't be sent: it is no file");
  request.body = "and text";
  CHECK(fixture.send(request).error() == "the request has several bodies: leave all but one out");
  CHECK(server.accepted() == 0);
}

TEST_CASE("AFunctionGivesABodyOfKnownOrUnknownSize") {
  std::string seen;
  RawServer server([&](RawConnection& connection) {
    // Both on one connection: one that closes meanwhile can't be tried again with what a function has given.
    while (const auto request = connection.read_request()) {
      seen = request->head + request->body;
      if (!request->header("content-length")) {
        // Its chunks come after the head.
        while (seen.find("\r\n0\r\n\r\n") == std::string::npos) {
          const std::string more = connection.read_some();
          if (more.empty()) return;
          seen += more;
        }
      }
      connection.send(ok_answer("{}"));
    }
  });
  PageFixture fixture(server.url());
  int left = 3;
  Request request{"POST", "/x", {}, {}, {}, 0};
  request.body_function = [&](char* buffer, size_t) -> int64_t {
    if (left-- <= 0) return 0;
    std::memcpy(buffer, "piece ", 6);
    return 6;
  };
  request.body_function_size = 18;
  REQUIRE(fixture.send(request).error() == "");
  CHECK(seen.find("\r\n\r\npiece piece piece ") != std::string::npos);
  left = 3;
  request.body_function_size = -1;
  REQUIRE(fixture.send(request).error() == "");
  CHECK(seen.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(fixture.environment.exchanges.at(1).request_body == "piece piece piece ");
}

TEST_CASE("AFunctionThatBreaksOffOrLiesIsNamed") {
  RawServer server([](RawConnection& connection) { connection.await_close(); });
  PageFixture fixture(server.url());
  Request request{"POST", "/x", {}, {}, {}, 5000};
  request.body_function = [](char*, size_t) -> int64_t { return -1; };
  CHECK(fixture.send(request).error() == "the function that gives the body broke off");
  request.body_function_size = 10;
  request.body_function = [](char*, size_t) -> int64_t { return 0; };
  CHECK(fixture.send(request).error() ==
        "the function that gives the body gave 0 bytes, not the 10 that were announced");
  request.body_function_size = -1;
  request.body_function = [](char*, size_t size) { return static_cast<int64_t>(size + 1); };
  CHECK(fixture.send(request).error().find("the function that gives the body said that it gave ") == 0);
}

TEST_CASE("AFunctionThatAsksForARequestGetsNone") {
  RawServer server(ok_answer("{}"));
  PageFixture fixture(server.url());
  std::string inner;
  Request request{"GET", "/x", {}, {}, {}, 0};
  request.answer_function = [&](std::string_view) {
    inner = fixture.get("/y").error();
    return true;
  };
  CHECK(fixture.send(request).error() == "");
  CHECK(inner == "not sent: a function that gives or takes a body can't send requests itself");
}

TEST_CASE("AnAnswerGoesToAFileWholeOrNotAtAll") {
  const Folder folder;
  const std::string path = folder.file("saved"), text(100'000, 's');
  SECTION("whole") {
    RawServer server(ok_answer(text));
    PageFixture fixture(server.url());
    Response& response = fixture.send(with({{"save_to", path}}));
    CHECK(response.error() == "");
    CHECK(Folder::read(path) == text);
    CHECK(response.body() == text.substr(0, 16384));
    CHECK(response.fact("body_bytes") == "100000");
    CHECK(response.fact("body_sha256") == sha256_digits(text));
    CHECK(fixture.environment.exchanges.at(0).response_body_bytes == 100'000);
    CHECK(fixture.environment.exchanges.at(0).body_sha256 == sha256_digits(text));
  }
  SECTION("an empty one too") {
    RawServer server(ok_answer(""));
    PageFixture fixture(server.url());
    CHECK(fixture.send(with({{"save_to", path}})).error() == "");
    CHECK(fs::exists(path));
    CHECK(fs::file_size(path) == 0);
  }
  SECTION("broken off: what was there stays") {
    folder.write("saved", "before");
    RawServer server(std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
    PageFixture fixture(server.url());
    Request request = with({{"save_to", path}});
    request.timeout_ms = 200;
    CHECK(fixture.send(request).error() != "");
    CHECK(Folder::read(path) == "before");
    CHECK_FALSE(fs::exists(path + ".partial"));
  }
  SECTION("an error's body is kept as usual") {
    RawServer server(std::string("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone"));
    PageFixture fixture(server.url());
    CHECK(fixture.send(with({{"save_to", path}})).body() == "none");
    CHECK_FALSE(fs::exists(path));
  }
  SECTION("where it can't be written") {
    RawServer server(ok_answer(text));
    PageFixture fixture(server.url());
    const std::string nowhere = folder.file("absent/saved");
    CHECK(fixture.send(with({{"save_to", nowhere}})).error() ==
          "the answer can't be saved to '" + nowhere + "': No such file or directory");
  }
}

TEST_CASE("AGigabyteStreamsThroughWithBoundedMemory") {
  constexpr uint64_t size = uint64_t{1} << 30;
  RawServer server([](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    const std::string piece(1 << 20, 'g');
    for (uint64_t sent = 0; sent < size; sent += piece.size())
      if (!connection.send(piece)) return;
  });
  PageFixture fixture(server.url());
  const long before_kib = max_rss_kib();
  uint64_t taken = 0;
  Request request{"GET", "/x", {}, {}, {}, 300'000};
  request.answer_function = [&](std::string_view bytes) {
    taken += bytes.size();
    return true;
  };
  Response& response = fixture.send(request);
  CHECK(response.error() == "");
  CHECK(taken == size);
  CHECK(response.fact("body_bytes") == std::to_string(size));
  CHECK(max_rss_kib() - before_kib < 64 * 1024);
}

TEST_CASE("ACompressedAnswerIsUnpackedWithinItsLimit") {
  // gzip of "hello hello hello hello"
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x00\x12\x86\x0b\xdc\x17"
      "\x00\x00\x00",
      29);
  SECTION("asked for") {
    RawServer server(ok_answer(packed, "Content-Encoding: gzip\r\n"));
    PageFixture fixture(server.url());
    Response& response = fixture.send(with({{"compression", "true"}}));
    INFO(response.error());
    CHECK(server.last_request().header("accept-encoding").value_or("").find("gzip") != std::string::npos);
    CHECK(response.body().find("hello") == 0);
  }
  SECTION("not asked for: as it came") {
    RawServer server(ok_answer(packed, "Content-Encoding: gzip\r\n"));
    PageFixture fixture(server.url());
    CHECK(fixture.get("/").body() == packed);
  }
  SECTION("broken") {
    RawServer server(ok_answer("no gzip at all", "Content-Encoding: gzip\r\n"));
    PageFixture fixture(server.url());
    CHECK(fixture.send(with({{"compression", "true"}})).error() != "");
  }
}

TEST_CASE("AGzipBombEndsAtTheLimit") {
  // A member of zeroes, and many of it: each 64 KiB unpacked.
  const Folder folder;
  const std::string zeroes = folder.write("zeroes", std::string(64 << 20, '\0'));
  REQUIRE(std::system(("gzip -9 -c " + zeroes + " > " + folder.file("bomb")).c_str()) == 0);
  const std::string bomb = Folder::read(folder.file("bomb"));
  REQUIRE(bomb.size() < 100'000);
  RawServer server(ok_answer(bomb, "Content-Encoding: gzip\r\n"));
  PageFixture fixture(server.url());
  const long before_kib = max_rss_kib();
  Response& response = fixture.send(with({{"compression", "true"}, {"max_body", "1048576"}}));
  CHECK(response.error() == "answer larger than 1 MiB");
  CHECK(response.body().size() <= 1 << 20);
  CHECK(max_rss_kib() - before_kib < 32 * 1024);
}

TEST_CASE("PhasesHaveTimeLimitsOfTheirOwn") {
  SECTION("first byte") {
    RawServer server([](RawConnection& connection) {
      connection.read_request();
      connection.await_close();
    });
    PageFixture fixture(server.url());
    CHECK(fixture.send(with({{"first_byte_timeout", "150"}})).error() ==
          "no first byte within 150 ms after the request was sent (connected, request sent, waiting for the "
          "first "
          "byte)");
    Request with_body = with({{"first_byte_timeout", "150"}}, "POST");
    with_body.body = "body";
    CHECK(fixture.send(with_body).error().find("no first byte within 150 ms") == 0);
  }
  SECTION("idle") {
    RawServer server([](RawConnection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
      connection.await_close();
    });
    PageFixture fixture(server.url());
    CHECK(fixture.send(with({{"idle_timeout", "150"}})).error() ==
          "nothing more came for 150 ms (receiving the answer, 3 of 10 bytes of its body came)");
  }
  SECTION("connect") {
    RawServer server([](RawConnection& connection) { connection.await_close(); });
    PageFixture fixture("https://" + server.address());
    CHECK(fixture.send(with({{"connect_timeout", "150"}})).error() ==
          "no connection within 150 ms (connected, in the TLS handshake)");
  }
}

TEST_CASE("AUnixSocketIsConnectedTo") {
  const Folder folder;
  const std::string path = folder.file("socket");
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener, 1) == 0);
  std::thread server([listener] {
    const int fd = ::accept(listener, nullptr, nullptr);
    RawConnection connection(fd);
    connection.read_request();
    connection.send(ok_answer("by socket"));
    ::close(fd);
  });
  PageFixture fixture("http://users.invalid");
  Response& response = fixture.send(with({{"unix_socket", path}}));
  CHECK(response.error() == "");
  CHECK(response.body() == "by socket");
  server.join();
  ::close(listener);
  CHECK(fixture.environment.exchanges.at(0).curl_words == std::vector<std::string>{"--unix-socket", path});
}

TEST_CASE("AProxyIsAskedAndItsPasswordNotRecorded") {
  RawServer proxy(ok_answer("by proxy"));
  PageFixture fixture("http://service.invalid");
  const std::string url = "http://user:pw@" + proxy.address();
  CHECK(fixture.send(with({{"proxy", url}})).body() == "by proxy");
  CHECK(proxy.last_request().line() == "GET http://service.invalid/x HTTP/1.1");
  CHECK(proxy.last_request().header("proxy-authorization") == "Basic dXNlcjpwdw==");
  CHECK(fixture.environment.exchanges.at(0).curl_words ==
        std::vector<std::string>{"--proxy", "http://***@" + proxy.address()});
}

TEST_CASE("HttpTwoIsInsistedOn") {
  RawServer server(ok_answer("{}"));
  PageFixture fixture(server.url());
  CHECK(fixture.send(with({{"http_version", "2"}})).error() != "");
  CHECK(fixture.send(with({{"http_version", "1.1"}})).fact("http_version") == "1.1");
}

TEST_CASE("BasePathAndOtherBasesAreJoined") {
  RawServer server(ok_answer("{}")), admin(ok_answer("admin"));
  PageFixture fixture(server.url());
  fixture.page.set_option("base_path", "/api/v2");
  fixture.page.set_option("base_url.admin", admin.url() + "/root/");
  fixture.get("/x");
  CHECK(server.last_request().line() == "GET /api/v2/x HTTP/1.1");
  fixture.send(with({{"base", "admin"}}));
  CHECK(admin.last_request().line() == "GET /root/x HTTP/1.1");
  CHECK(fixture.send(with({{"base", "moon"}})).error() ==
        "service 'users' has no base URL 'moon': say services.users.base_urls.moon in e2e.conf");
}

TEST_CASE("ATraceparentIsSentUnlessThereIsOneOrNoneIsWanted") {
  RawServer server(ok_answer("{}"));
  struct Traced : FakeEnvironment {
    std::string next_traceparent() override { return "00-trace-span-01"; }
  } environment;
  HttpSession session;
  Page page(PageFixture::settings_for(server.url()), session, environment);
  const auto traceparent = [&](const Request& request) {
    REQUIRE(page.request(request) != nullptr);
    return server.last_request().header("traceparent");
  };
  CHECK(traceparent(with({})) == "00-trace-span-01");
  CHECK_FALSE(traceparent(with({{"traceparent", "false"}})).has_value());
  Request own = with({});
  own.headers = {{"Traceparent", "mine"}};
  CHECK(traceparent(own) == "mine");
}

TEST_CASE("EachTryAndEachRedirectIsASpanOfItsOwn") {
  std::atomic<int> asked = 0;
  RawServer server([&asked](RawConnection& connection) {
    while (connection.read_request()) {
      const int number = asked++;
      connection.send(number == 0   ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
                      : number == 1 ? "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
                                    : ok_answer("{}"));
    }
  });
  struct Traced : FakeEnvironment {
    std::string next_traceparent() override {
      return "00-the-trace-of-all-" + std::to_string(++spans) + "-01";
    }
    int spans = 0;
  } environment;
  HttpSession session;
  Page page(PageFixture::settings_for(server.url()), session, environment);
  REQUIRE(page.request(with({{"retries", "1"}, {"redirects", "3"}})) != nullptr);
  REQUIRE(environment.exchanges.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    std::string sent;
    for (const auto& [name, value] : environment.exchanges[i].request_headers)
      if (name == "traceparent") sent += value;
    CHECK(sent == "00-the-trace-of-all-" + std::to_string(i + 1) + "-01");
  }
}

TEST_CASE("CookiesCanBeReadAddedAndCleared") {
  RawServer server(ok_answer("", "Set-Cookie: sid=42; Path=/; HttpOnly\r\n"));
  PageFixture fixture(server.url());
  fixture.get("/");
  CHECK(fixture.page.cookies().lines() == "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t42\n");
  fixture.page.cookies().clear();
  CHECK(fixture.page.cookies().lines().empty());
  fixture.page.cookies().add("# a comment\r\nnonsense\n127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\r\n");
  fixture.get("/");
  CHECK(server.last_request().header("cookie") == "a=b");
}
