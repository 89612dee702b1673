// WebSockets of a page, against a server that makes each frame by hand, and through nginx over TLS.
#include <e2e_catch.hpp>

#include "e2e_regex.hpp"
#include "host_run.hpp"
#include "nginx_server.hpp"
#include "socket_server.hpp"

using namespace e2e_test;

namespace {

HostRun run_sockets(const std::string& base_url, const std::string& name, const std::string& keys = "") {
  const Project project("services:\n  pages:\n    base_url: " + base_url + "\n" + keys);
  return run_host(project, {"run", "--plugins", test_plugin("pages.so"), "pages::07_sockets::" + name});
}

/// What the console says of a failed test, with the server's port as 1234, times as TIME and keys as KEY.
std::string socket_failure(const SocketServer& server, const std::string& name) {
  const HostRun run = run_sockets(server.url(), name);
  CHECK(run.exit_code == 1);
  const size_t begin = run.out.find("FAIL pages::");
  const size_t end = run.out.find("  again: ");
  if (begin == std::string::npos || end == std::string::npos) return run.out + run.err;
  std::string text = run.out.substr(begin, end - begin);
  text = replaced_like(text, std::to_string(server.port()), "1234");
  text = replaced_like(text, "[A-Za-z0-9+/]{22}==", "KEY");
  text = replaced_like(text, "00-[0-9a-f]{32}-[0-9a-f]{16}-01", "TRACE");
  return replaced_like(text, "[0-9.]+ (ms|us|µs|s)([^a-z])", "TIME$2");
}

}  // namespace

TEST_CASE("MessagesOfAWebSocketAreInTheRecord") {
  const SocketServer server;
  const HostRun run = run_sockets(server.url(), "talks");
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  const auto attempt = run.last_attempt("pages::07_sockets::talks");
  const auto& exchanges = attempt["exchanges"];
  REQUIRE(exchanges.size() == 3);
  CHECK(exchanges[0]["status"] == 101);
  const auto& messages = exchanges[0]["messages"];
  REQUIRE(messages.size() == 8);
  CHECK(messages[0]["sent"] == true);
  CHECK(messages[0]["kind"] == "text");
  CHECK(messages[0]["body"] == R"({"op":"subscribe"})");
  CHECK_FALSE(messages[1].contains("sent"));
  CHECK(messages[2]["kind"] == "binary");
  CHECK(messages[2]["size"] == 2);
  CHECK(messages[4]["body"] == "token ***");
  CHECK(messages[5]["body"] == "token ***");
  CHECK(messages[6]["body"] == "1000 done");
  CHECK(exchanges[2]["messages"][1]["body"] == "4001 enough");
  CHECK(attempt.dump().find("s0cket-s3cret") == std::string::npos);
}

TEST_CASE("InterceptorsAndCookiesOfThePageApplyToTheOpening") {
  const SocketServer server;
  const HostRun run = run_sockets(server.url(), "is_opened_as_a_request_is_sent");
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.last_attempt("pages::07_sockets::is_opened_as_a_request_is_sent")["exchanges"].size() == 4);
}

TEST_CASE("OverTlsAndThroughAProxyTheSameWorks") {
  const SocketServer server;
  const NginxServer nginx(server.port());
  const HostRun run = run_sockets(nginx.https_url() + "/behind", "talks",
                                  "    requests: {tls_ca: " + nginx.file("ca.pem") + "}\n");
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  const auto attempt = run.last_attempt("pages::07_sockets::talks");
  CHECK(attempt["exchanges"][0]["tls_ns"] > 0);
  const HostRun distrusted = run_sockets(nginx.https_url() + "/behind", "talks",
                                         "    requests: {tls_ca: " + nginx.file("other.pem") + "}\n");
  CHECK(distrusted.exit_code == 1);
  CHECK(distrusted.out.find("TLS with 127.0.0.1:") != std::string::npos);
}

TEST_CASE("AWebSocketThatDoesNotAnswerIsShownWithItsMessages") {
  const SocketServer server;
  CHECK(socket_failure(server, "waits_in_vain") ==
        R"~(FAIL pages::07_sockets::waits_in_vain   [TIME, worker 0]
  tests/plugins/pages/07_sockets.cpp:34
  receive() of the WebSocket /echo
  no message came within TIME
  GET http://127.0.0.1:1234/echo    wait TIME · total TIME
  < 101
    > text   hello
    < text   hello
  curl http://127.0.0.1:1234/echo -H 'Upgrade: websocket' -H 'Connection: upgrade' -H 'Sec-WebSocket-Key: KEY' -H 'Sec-WebSocket-Version: 13' -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*'
)~");
  CHECK(socket_failure(server, "is_closed_on") == R"~(FAIL pages::07_sockets::is_closed_on   [TIME, worker 0]
  tests/plugins/pages/07_sockets.cpp:40
  receive() of the WebSocket /closes
  the service closed the connection: 4001 enough
  GET http://127.0.0.1:1234/closes    wait TIME · total TIME
  < 101
    > text   x
    < close   4001 enough
  curl http://127.0.0.1:1234/closes -H 'Upgrade: websocket' -H 'Connection: upgrade' -H 'Sec-WebSocket-Key: KEY' -H 'Sec-WebSocket-Version: 13' -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*'
)~");
  CHECK(socket_failure(server, "opens_nothing") ==
        R"~(FAIL pages::07_sockets::opens_nothing   [TIME, worker 0]
  tests/plugins/pages/07_sockets.cpp:43
  page.websocket("/nothing")
  the service answered 404, not 101: it opened no WebSocket
  GET http://127.0.0.1:1234/nothing    wait TIME · total TIME
  < 404  content-type: text/plain   no socket
  curl http://127.0.0.1:1234/nothing -H 'Upgrade: websocket' -H 'Connection: upgrade' -H 'Sec-WebSocket-Key: KEY' -H 'Sec-WebSocket-Version: 13' -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*'
)~");
}
