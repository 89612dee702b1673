// WebSockets, against the socket server of tests/unit/page.
#include <e2e/e2e.hpp>
#include <e2e/transport.hpp>
#include <e2e/websocket.hpp>

E2E_TEST(talks, e2e::Page& page) {
  auto socket = page.websocket("/echo", e2e::bearer("s0cket-s3cret"));
  socket.send_json(e2e::object({{"op", "subscribe"}}));
  E2E_CHECK(socket.receive_json()["op"] == "subscribe");
  socket.send_binary(std::string("\0\1", 2));
  E2E_CHECK(socket.receive().size() == 2u);
  E2E_CHECK(socket.is_quiet(1));
  const std::string token = e2e::secret("over/the-socket");
  socket.send_text("token " + token);
  E2E_CHECK(socket.receive() == "token " + token);
  socket.close(1000, "done");

  auto greeted = page.websocket("/greets");
  E2E_CHECK(!greeted.is_quiet(5000));
  E2E_CHECK(greeted.receive() == "one");
  E2E_CHECK(greeted.receive() == "two");

  auto closed = page.websocket("/closes");
  closed.send_text("enough?");
  closed.wait_for_close();
  E2E_CHECK(closed.close_code() == 4001u);
  E2E_CHECK(closed.close_reason() == "enough");
}

E2E_TEST(waits_in_vain, e2e::Page& page) {
  auto socket = page.websocket("/echo");
  socket.send_text("hello");
  socket.receive();
  socket.receive(0);
}

E2E_TEST(is_closed_on, e2e::Page& page) {
  auto socket = page.websocket("/closes");
  socket.send_text("x");
  socket.receive();
}

E2E_TEST(opens_nothing, e2e::Page& page) { page.websocket("/nothing"); }

E2E_TEST(is_opened_as_a_request_is_sent, e2e::Page& page) {
  page.on_request([](e2e::Outgoing& request) {
    request.set_header("X-Signature", std::string(request.method) + " " + request.target);
    if (request.target == "/elsewhere") request.target = "/header?x-signature";
  });
  e2e::Cookie cookie;
  cookie.name = "sid";
  cookie.value = "of-the-jar";
  page.set_cookie(cookie);
  E2E_CHECK(page.websocket("/header?x-signature").receive() == "GET /header?x-signature");
  E2E_CHECK(page.websocket("/elsewhere").receive() == "GET /elsewhere");
  E2E_CHECK(page.websocket("/header?cookie").receive() == "sid=of-the-jar");
  page.clear_cookies();
  E2E_CHECK(page.websocket("/header?cookie").receive() == "none");
}
