#include "page/web_socket.hpp"

#include <e2e/ext/websocket.h>

#include <e2e_catch.hpp>
#include <string>
#include <vector>

#include "page/cookie_jar.hpp"
#include "page/websocket_extension.hpp"
#include "page_fixture.hpp"
#include "socket_server.hpp"

using namespace e2e::host;

namespace {

struct PassedMessage {
  uint64_t connection;
  bool is_sent;
  MessageKind kind;
  std::string bytes;
};

struct SocketEnvironment : FakeEnvironment {
  void message_passed(const SocketMessage& message) override {
    messages.push_back({message.connection, message.is_sent, message.kind, std::string(message.bytes)});
  }
  std::vector<PassedMessage> messages;
};

/// A page, and its WebSockets as a plugin has them.
struct Sockets {
  explicit Sockets(const std::string& base_url)
      : page(PageFixture::settings_for(base_url), session, environment) {}

  /// Null: `problem` says why.
  e2e_websocket* open(std::string_view target, std::vector<e2e_kv> headers = {},
                      std::vector<e2e_kv> options = {}) {
    e2e_request request{};
    request.struct_size = sizeof request;
    request.method = str("GET");
    request.target = str(target);
    request.headers = headers.data();
    request.header_count = headers.size();
    e2e_http_request extended{};
    extended.struct_size = sizeof extended;
    extended.request = &request;
    extended.options = options.data();
    extended.option_count = options.size();
    extended.read_size = -1;
    e2e_websocket* socket = nullptr;
    e2e_str why{};
    rc = table.open(nullptr, page.handle(), &extended, &socket, &why);
    problem = text(why);
    return socket;
  }
  e2e_rc send(e2e_websocket* socket, std::string_view bytes, uint32_t kind = E2E_WEBSOCKET_TEXT) {
    e2e_str why{};
    rc = table.send(nullptr, socket, kind, str(bytes), 10'000, &why);
    problem = text(why);
    return rc;
  }
  /// "1 text" for a text, "3 reason 1000" for a close; "" if `rc` is not E2E_PASS.
  std::string receive(e2e_websocket* socket, int64_t timeout_ms = 10'000) {
    e2e_message message{};
    message.struct_size = sizeof message;
    e2e_str why{};
    rc = table.receive(nullptr, socket, timeout_ms, &message, &why);
    problem = text(why);
    if (rc != E2E_PASS) return "";
    std::string shown = std::to_string(message.kind) + " " + text(message.bytes);
    if (message.kind == E2E_WEBSOCKET_CLOSE) shown += " " + std::to_string(message.close_code);
    return shown;
  }
  e2e_rc close(e2e_websocket* socket, uint32_t code = 1000, std::string_view reason = "",
               int64_t timeout_ms = 10'000) {
    e2e_str why{};
    rc = table.close(nullptr, socket, code, str(reason), timeout_ms, &why);
    problem = text(why);
    return rc;
  }

  const e2e_websocket_v1& table = websocket_extension();
  SocketEnvironment environment;
  HttpSession session;
  Page page;
  e2e_rc rc = E2E_PASS;
  std::string problem;
};

}  // namespace

TEST_CASE("MessagesGoBothWays", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* const socket = sockets.open("/echo");
  INFO(sockets.problem);
  REQUIRE(socket != nullptr);
  CHECK(sockets.send(socket, "hello") == E2E_PASS);
  CHECK(sockets.receive(socket) == "1 hello");
  const std::string bytes("\x00\xff\x01", 3);
  CHECK(sockets.send(socket, bytes, E2E_WEBSOCKET_BINARY) == E2E_PASS);
  CHECK(sockets.receive(socket) == "2 " + bytes);
  const std::string large(200'000, 'y');
  CHECK(sockets.send(socket, large) == E2E_PASS);
  CHECK(sockets.receive(socket) == "1 " + large);
  CHECK(sockets.close(socket, 1000, "done") == E2E_PASS);
  CHECK(sockets.send(socket, "late") == E2E_ERROR);
  CHECK(sockets.problem == "the connection is over");
  sockets.table.release(nullptr, socket);

  REQUIRE(sockets.environment.exchanges.size() == 1);
  const Exchange& exchange = sockets.environment.exchanges[0];
  CHECK(exchange.method == "GET");
  CHECK(exchange.url == server.url() + "/echo");
  CHECK(exchange.status == 101);
  CHECK(exchange.connection != 0);
  const auto& messages = sockets.environment.messages;
  REQUIRE(messages.size() == 8);
  CHECK((messages[0].is_sent && messages[0].bytes == "hello"));
  CHECK((!messages[1].is_sent && messages[1].bytes == "hello"));
  CHECK(messages[2].kind == MessageKind::binary);
  CHECK((messages[6].is_sent && messages[6].kind == MessageKind::close && messages[6].bytes == "1000 done"));
  CHECK((!messages[7].is_sent && messages[7].bytes == "1000 done"));
  for (const PassedMessage& message : messages) CHECK(message.connection == exchange.connection);
}

TEST_CASE("MessagesThatCameTogetherAreGivenOneByOne", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* const socket = sockets.open("ws://127.0.0.1:" + std::to_string(server.port()) + "/greets");
  REQUIRE(socket != nullptr);
  CHECK(sockets.receive(socket) == "1 one");
  CHECK(sockets.receive(socket) == "1 two");
  CHECK(sockets.receive(socket) == "1 three");
  CHECK(sockets.receive(socket, 1) == "");
  CHECK(sockets.rc == E2E_SKIP);
  CHECK(sockets.problem == "no message came within 1 ms");
  e2e_websocket* const pieces = sockets.open("/pieces");
  CHECK(sockets.receive(pieces) == "1 a whole message");
  e2e_websocket* const ping = sockets.open("/ping");
  CHECK(sockets.receive(ping) == "1 ponged are you there");
}

TEST_CASE("AfterAReceiveInVainTheSocketIsStillGood", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* const socket = sockets.open("/echo");
  for (int i = 0; i < 3; ++i) {
    CHECK(sockets.receive(socket, 0) == "");
    CHECK(sockets.rc == E2E_SKIP);
  }
  CHECK(sockets.send(socket, "a") == E2E_PASS);
  CHECK(sockets.receive(socket) == "1 a");
  CHECK(sockets.receive(socket, 0) == "");
  CHECK(sockets.close(socket) == E2E_PASS);
}

TEST_CASE("EndingsAreToldApart", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* socket = sockets.open("/closes");
  CHECK(sockets.send(socket, "x") == E2E_PASS);
  CHECK(sockets.receive(socket) == "3 enough 4001");
  CHECK(sockets.receive(socket) == "");
  CHECK(sockets.problem == "the connection is over");

  socket = sockets.open("/breaks");
  CHECK(sockets.send(socket, "x") == E2E_PASS);
  CHECK(sockets.receive(socket) == "");
  CHECK(sockets.rc == E2E_ERROR);
  CHECK(sockets.problem == "the connection broke: the service closed it without a word");

  socket = sockets.open("/wrong");
  CHECK(sockets.receive(socket) == "");
  CHECK(sockets.problem.find("the service does not keep to the protocol: ") == 0);

  socket = sockets.open("/big", {}, {{str("max_body"), str("1000")}});
  CHECK(sockets.receive(socket) == "");
  CHECK(sockets.problem == "a message of more than 1000 bytes came (max_body)");

  socket = sockets.open("/silent");
  CHECK(sockets.close(socket, 1000, "", 20) == E2E_ERROR);
  CHECK(sockets.problem == "the service did not close the connection within 20 ms");
}

TEST_CASE("WhatIsNoWebSocketSaysWhy", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  CHECK(sockets.open("/nothing") == nullptr);
  CHECK(sockets.rc == E2E_ERROR);
  CHECK(sockets.problem == "the service answered 404, not 101: it opened no WebSocket");
  REQUIRE(sockets.environment.exchanges.size() == 1);
  CHECK(sockets.environment.exchanges[0].status == 404);
  CHECK(sockets.environment.exchanges[0].response_body == "no socket");
  CHECK(sockets.environment.exchanges[0].connection == 0);
  const std::string nobody = "127.0.0.1:" + std::to_string(unused_port());
  CHECK(sockets.open("ws://" + nobody + "/") == nullptr);
  CHECK(sockets.problem == "cannot connect to " + nobody + ": Connection refused; is the service running?");
  CHECK(sockets.open("/echo", {{str("a b"), str("x")}}) == nullptr);
  CHECK(sockets.environment.exchanges.size() == 2);

  e2e_websocket* const socket = sockets.open("/echo");
  CHECK(sockets.send(socket, "x", 9) == E2E_ERROR);
  CHECK(sockets.close(socket, 1005) == E2E_ERROR);
  CHECK(sockets.problem == "1005 is no code that a connection is closed with");
  CHECK(sockets.close(socket, 1000, std::string(124, 'x')) == E2E_ERROR);
  CHECK(sockets.send(nullptr, "x") == E2E_ERROR);
  CHECK(sockets.send(socket, "still good") == E2E_PASS);
}

TEST_CASE("HeadersCookiesAndSecretsAreThoseOfThePage", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  sockets.page.set_default_header("x-tenant", "acme");
  sockets.page.cookies().add(
      "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\ttell-no-cookie\n"
      "127.0.0.1\tFALSE\t/elsewhere\tFALSE\t0\tother\t1\n"
      "example.com\tFALSE\t/\tFALSE\t0\tforeign\t1\n");
  CHECK(sockets.receive(sockets.open("/header?x-tenant")) == "1 acme");
  CHECK(sockets.receive(sockets.open("/header?cookie")) == "1 sid=tell-no-cookie");
  CHECK(sockets.receive(
            sockets.open("/header?authorization", {{str("authorization"), str("Bearer tell-nobody")}})) ==
        "1 Bearer tell-nobody");
  for (const Exchange& exchange : sockets.environment.exchanges)
    for (const auto& [name, value] : exchange.request_headers) {
      CHECK(value.find("tell-no") == std::string::npos);
    }
}

TEST_CASE("ACancelledAttemptDoesNotWait", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* const socket = sockets.open("/echo");
  sockets.environment.cancelled = true;
  CHECK(sockets.receive(socket) == "");
  CHECK(sockets.rc == E2E_CANCELLED);
  CHECK(sockets.send(socket, "x") == E2E_CANCELLED);
  CHECK(sockets.open("/echo") == nullptr);
  CHECK(sockets.rc == E2E_CANCELLED);
}

TEST_CASE("ASocketEndsWithItsAttempt", "[websocket]") {
  const SocketServer server;
  Sockets sockets(server.url());
  e2e_websocket* const socket = sockets.open("/echo");
  sockets.page.release_all();
  CHECK(sockets.send(socket, "x") == E2E_ERROR);
  CHECK(sockets.problem == "the connection is over: its attempt has ended");
  sockets.table.release(nullptr, socket);
  sockets.table.release(nullptr, nullptr);
}
