#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <e2e_catch.hpp>

#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

/// A server that takes requests and never answers.
struct SilentServer : RawServer {
  SilentServer() : RawServer([](RawConnection& connection) { connection.await_close(); }) {}
};

/// A port that takes no more connections: its queue is full, so that the next one waits.
class FullPort {
 public:
  FullPort() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address_), size) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size) == 0);
    REQUIRE(::listen(listener_, 0) == 0);
    for (int& fd : waiting_) {
      fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      ::connect(fd, reinterpret_cast<sockaddr*>(&address_), sizeof address_);
    }
  }
  ~FullPort() {
    for (const int fd : waiting_) ::close(fd);
    ::close(listener_);
  }
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

 private:
  int listener_;
  sockaddr_in address_{};
  int waiting_[4] = {};
};

std::string error_of(PageFixture& fixture, std::string_view target, int64_t timeout_ms,
                     std::string_view body = {}) {
  return std::string(fixture.send({"POST", target, {}, {}, body, timeout_ms}).error());
}

}  // namespace

TEST_CASE("ARefusedConnectionAsksWhetherTheServiceRuns") {
  const std::string address = "127.0.0.1:" + std::to_string(unused_port());
  PageFixture fixture("http://" + address);
  Response& response = fixture.get("/");
  CHECK(response.error() == "cannot connect to " + address + ": Connection refused; is the service running?");
  CHECK(response.status() == 0);
  CHECK(response.url() == "http://" + address + "/");
  REQUIRE(fixture.environment.exchanges.size() == 1);
  CHECK(fixture.environment.exchanges[0].error == response.error());
  CHECK(fixture.environment.exchanges[0].status == 0);
}

TEST_CASE("AHostThatDoesNotExistIsNamed") {
  PageFixture fixture("http://service.invalid:8080");
  CHECK(fixture.get("/").error() == "could not resolve host 'service.invalid'");
}

TEST_CASE("AUrlThatCanNotBeAskedIsAnError") {
  PageFixture fixture("http://127.0.0.1");
  CHECK(fixture.get("http://").error().find("'http://' is not a URL that can be asked: ") == 0);
  CHECK(fixture.get("http://127.0.0.1:99999/").error().find("is not a URL that can be asked: ") !=
        std::string::npos);
}

TEST_CASE("AServerWithoutTlsIsATlsError") {
  RawServer server([](RawConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  PageFixture fixture("https://" + server.address());
  CHECK(fixture.get("/").error().find("TLS with " + server.address() + " failed: ") == 0);
}

TEST_CASE("AResetIsAnErrorWithItsPhase") {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.reset();
  });
  PageFixture fixture(server.url());
  CHECK(fixture.get("/").error() ==
        "receiving the answer failed: Connection reset by peer (connected, request sent, waiting for the "
        "first byte)");
}

TEST_CASE("AKeptConnectionThatHasEndedIsNoFailureHoweverOftenThatHappens") {
  const bool is_reset = GENERATE(true, false);
  RawServer server([&](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send(ok_answer("here"));
    connection.read_request();
    if (is_reset) connection.reset();
  });
  PageFixture fixture(server.url());
  constexpr int requests = 20;
  for (int i = 0; i < requests; ++i) {
    CAPTURE(is_reset, i);
    CHECK(fixture.send({i % 2 == 0 ? "GET" : "POST", "/", {}, {}, {}, 5000}).status() == 200);
  }
  CHECK(server.accepted() == requests);
  CHECK(fixture.environment.exchanges.size() == requests);
}

TEST_CASE("ATimeoutSaysWhatItWaitedFor") {
  SECTION("to connect") {
    const FullPort port;
    PageFixture fixture(port.url());
    CHECK(error_of(fixture, "/", 150) == "no answer within 150 ms (connecting)");
    CHECK(fixture.environment.exchanges.at(0).timings.connect_ns >= 100'000'000);
  }
  SECTION("for TLS") {
    SilentServer server;
    PageFixture fixture("https://" + server.address());
    CHECK(error_of(fixture, "/", 1500) == "no answer within 1500 ms (connected, in the TLS handshake)");
  }
  SECTION("to send") {
    RawServer server([](RawConnection& connection) { connection.hold_unread(); });
    PageFixture fixture(server.url());
    const std::string body(64u << 20, 'x');
    const std::string error = error_of(fixture, "/", 1000, body);
    INFO(error);
    CHECK(error.find("no answer within 1000 ms (connected, ") == 0);
    CHECK(error.find(" of 67108864 bytes of the body sent)") != std::string::npos);
  }
  SECTION("for the first byte") {
    SilentServer server;
    PageFixture fixture(server.url());
    CHECK(error_of(fixture, "/", 150) ==
          "no answer within 150 ms (connected, request sent, waiting for the first byte)");
    CHECK(error_of(fixture, "/", 100, "body") ==
          "no answer within 100 ms (connected, request sent, waiting for the first byte)");
    CHECK(fixture.environment.exchanges.at(1).timings.wait_ns >= 50'000'000);
  }
  SECTION("for the rest") {
    RawServer server([](RawConnection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
      connection.await_close();
    });
    PageFixture fixture(server.url());
    Response& response = fixture.send({"GET", "/", {}, {}, {}, 300});
    CHECK(response.error() ==
          "no complete answer within 300 ms (receiving the answer, 3 of 10 bytes of its body came)");
    CHECK(response.status() == 0);
    CHECK(fixture.environment.exchanges.at(0).status == 200);
    CHECK(fixture.environment.exchanges.at(0).timings.receive_ns > 0);
  }
}

TEST_CASE("ASlowDripRunsIntoTheDeadline") {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send("x") && !connection.is_closed_within(5)) {
    }
  });
  PageFixture fixture(server.url());
  const auto start = std::chrono::steady_clock::now();
  const std::string error = error_of(fixture, "/", 300);
  const auto taken = std::chrono::steady_clock::now() - start;
  CHECK(error.find("no complete answer within 300 ms (receiving the answer, ") == 0);
  CHECK(taken >= std::chrono::milliseconds(300));
  CHECK(taken < std::chrono::seconds(5));
}

TEST_CASE("TheTimeoutOfTheRequestThenThePageThenTheConfigurationHolds") {
  SilentServer server;
  PageSettings settings = PageFixture::settings_for(server.url());
  settings.timeout_ms = 110;
  PageFixture fixture(std::move(settings));
  CHECK(error_of(fixture, "/", 0).find("within 110 ms") != std::string::npos);
  fixture.page.set_default_timeout(120);
  CHECK(error_of(fixture, "/", 0).find("within 120 ms") != std::string::npos);
  CHECK(error_of(fixture, "/", 130).find("within 130 ms") != std::string::npos);
  fixture.page.set_default_timeout(0);
  CHECK(error_of(fixture, "/", 0).find("within 110 ms") != std::string::npos);
  CHECK(error_of(fixture, "/", -5) == "a timeout of -5 ms leaves no time to ask");
}

TEST_CASE("TheAttemptsTimeBoundsARequest") {
  SilentServer server;
  PageFixture fixture(server.url());
  fixture.environment.remaining = 120;
  CHECK(error_of(fixture, "/", 5000) ==
        "no answer within the 120 ms left of the attempt's time (connected, request sent, waiting for the "
        "first byte)");
  CHECK(error_of(fixture, "/", 100).find("no answer within 100 ms (") == 0);
  fixture.environment.remaining = 0;
  CHECK(error_of(fixture, "/", 0) == "not sent: nothing is left of the attempt's time");
  CHECK(server.accepted() == 2);
}

TEST_CASE("ATimedOutConnectionIsNotUsedAgain") {
  std::atomic<int> connections{0};
  RawServer server([&](RawConnection& connection) {
    if (++connections == 1) return connection.await_close();
    if (connection.read_request()) connection.send(ok_answer("second"));
  });
  PageFixture fixture(server.url());
  CHECK(error_of(fixture, "/", 100) != "");
  CHECK(fixture.get("/").body() == "second");
}

TEST_CASE("CancellingEndsARequestThatWaits") {
  FakeEnvironment environment;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    environment.cancelled = true;
    connection.await_close();
  });
  HttpSession session;
  Page page(PageFixture::settings_for(server.url()), session, environment);
  const auto start = std::chrono::steady_clock::now();
  CHECK(page.request({"GET", "/", {}, {}, {}, 0}) == nullptr);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
  REQUIRE(environment.exchanges.size() == 1);
  CHECK(environment.exchanges[0].is_cancelled);
  CHECK(environment.exchanges[0].error == "cancelled (connected, request sent, waiting for the first byte)");
}

TEST_CASE("ACancelledAttemptSendsNothing") {
  RawServer server(ok_answer(""));
  PageFixture fixture(server.url());
  fixture.environment.cancelled = true;
  CHECK(fixture.page.request({"GET", "/", {}, {}, {}, 0}) == nullptr);
  CHECK(server.accepted() == 0);
  fixture.environment.cancelled = false;
  CHECK(fixture.get("/").status() == 200);
}
