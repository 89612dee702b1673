#include <chrono>
#include <e2e_catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/request_engine.hpp"
#include "raw_connection.hpp"
#include "running_backend.hpp"

using demo::test::RawConnection;
using demo::test::RunningBackend;

TEST_CASE("EveryServiceIsHealthy") {
  const RunningBackend running;
  for (const char* service : {"auth", "users", "orders", "payments"}) {
    const auto answer = running.client(service).get("/health");
    CHECK(answer.status == 200);
    CHECK(answer.body == nlohmann::json{{"status", "ok"}});
    CHECK(answer.header("Content-Type") == "application/json");
  }
}

TEST_CASE("ServicesServeTheirOwnRoutesOnly") {
  const RunningBackend running;
  CHECK(running.client("auth").get("/users").status == 404);
  CHECK(running.client("users").get("/orders").status == 404);
}

TEST_CASE("UnknownRouteIs404WithJson") {
  const RunningBackend running;
  const auto answer = running.client("users").get("/nothing");
  CHECK(answer.status == 404);
  CHECK(answer.body["error"] == "not_found");
}

TEST_CASE("WrongMethodIs405AndNamesTheAllowedOnes") {
  const RunningBackend running;
  const auto answer = running.client("users").put("/users", {{"email", "a@example.com"}});
  CHECK(answer.status == 405);
  CHECK(answer.body["error"] == "method_not_allowed");
  CHECK(answer.header("Allow") == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("OptionsNamesTheAllowedMethods") {
  const RunningBackend running;
  const auto answer = running.client("users").options("/users/usr_1");
  CHECK(answer.status == 204);
  CHECK(answer.header("Allow") == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
}

TEST_CASE("HeadIsGetWithoutBody") {
  const RunningBackend running;
  const auto answer = running.client("users").head("/health");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Length") == "15");
  CHECK(answer.body.is_null());
}

TEST_CASE("BodyThatIsNotJsonIs400") {
  const RunningBackend running;
  auto users = running.client("users");
  for (const char* body : {"", "{", "{\"email\": \"\xff\"}", "{} {}"}) {
    const auto answer = users.post_text("/users", body);
    CAPTURE(body);
    CHECK(answer.status == 400);
    CHECK(answer.body["error"] == "invalid_json");
  }
}

TEST_CASE("DeeplyNestedBodyIsAnswered") {
  const RunningBackend running;
  const std::string body = "{\"email\": " + std::string(400'000, '[') + std::string(400'000, ']') + "}";
  CHECK(running.client("users").post_text("/users", body).status == 422);
}

TEST_CASE("BodyOverOneMebibyteIs413AndTheConnectionGoesOn") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  const std::string largest(demo::max_body_bytes, ' ');
  connection.send("POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(largest.size()) +
                  "\r\n\r\n" + largest);
  CHECK(connection.read_response().find("HTTP/1.1 400 ") == 0);
  connection.send("POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(largest.size() + 1) +
                  "\r\n\r\n " + largest);
  const std::string response = connection.read_response();
  CHECK(response.find("HTTP/1.1 413 ") == 0);
  CHECK(response.find("payload_too_large") != std::string::npos);
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 200 ") == 0);
}

TEST_CASE("ChunkedBodyIsLimitedToo") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  const std::string head = "POST /users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  connection.send(head + "2\r\n{}\r\n0\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 422 ") == 0);
  connection.send(head);
  for (int i = 0; i < 17; ++i) connection.send("10000\r\n" + std::string(0x10000, ' ') + "\r\n");
  connection.send("0\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 413 ") == 0);
}

TEST_CASE("MultipartBodyIs415AndTheConnectionGoesOn") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  const std::string body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
  connection.send(
      "POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(connection.read_response().find("HTTP/1.1 415 ") == 0);
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 200 ") == 0);
}

TEST_CASE("DeleteWithoutContentLengthIsAnsweredAtOnce") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("DELETE /users/usr_1 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 404 ") == 0);
}

TEST_CASE("PipelinedRequestsAreAnsweredInOrder") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /users/usr_1 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 200 ") == 0);
  CHECK(connection.read_response().find("HTTP/1.1 404 ") == 0);
}

TEST_CASE("ConnectionClosesWhereTheClientAsks") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string response = connection.read_response();
  CHECK(response.find("HTTP/1.1 200 ") == 0);
  CHECK(response.find("Connection: close") != std::string::npos);
  CHECK(connection.is_closed_by_server());
}

TEST_CASE("GetWithABodyIsAnsweredAndClosed") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
  const std::string response = connection.read_response();
  CHECK(response.find("HTTP/1.1 200 ") == 0);
  CHECK(response.find("Connection: close") != std::string::npos);
  CHECK(connection.is_closed_by_server());
}

TEST_CASE("GarbageIs400AndClosed") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("this is not http\r\n\r\n");
  const std::string response = connection.read_response();
  CHECK(response.find("HTTP/1.1 400 ") == 0);
  CHECK(response.find("bad_request") != std::string::npos);
  CHECK(connection.is_closed_by_server());
}

TEST_CASE("LongestPathIsAnswered") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  connection.send("POST /" + std::string(8000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 404 ") == 0);
  connection.send("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_response().find("HTTP/1.1 414 ") == 0);
}

TEST_CASE("KeepAliveRequestsTakeWellUnderAMillisecond") {
  const RunningBackend running;
  RawConnection connection(running.port("users"));
  constexpr int requests = 500;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < requests; ++i) {
    connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(connection.read_response().find("HTTP/1.1 200 ") == 0);
  }
  const auto took = std::chrono::steady_clock::now() - start;
  // One held-back packet a request would make it 20 s. Loose enough for sanitizers and a busy machine.
  CHECK(std::chrono::duration<double, std::milli>(took).count() / requests < 5.0);
}

TEST_CASE("IdleConnectionsDoNotHoldOthersUp") {
  const RunningBackend running;
  std::vector<std::unique_ptr<RawConnection>> idle;
  for (int i = 0; i < 100; ++i) idle.push_back(std::make_unique<RawConnection>(running.port("users")));
  CHECK(running.client("users").get("/health").status == 200);
}

TEST_CASE("StopClosesIdleConnectionsAtOnce") {
  RunningBackend running;
  RawConnection idle(running.port("users"));
  idle.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(idle.read_response().find("HTTP/1.1 200 ") == 0);
  const int port = running.port("users");
  const auto start = std::chrono::steady_clock::now();
  running.backend().stop();
  // The client's keep-alive would last 30 s.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(idle.is_closed_by_server());
  CHECK_THROWS(RawConnection(port));
}

TEST_CASE("StopLetsARequestUnderWayFinish") {
  RunningBackend running;
  const int port = running.port("users");
  RawConnection connection(port);
  const std::string body = R"({"email": "ada@example.com"})";
  connection.send("POST /users HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n");
  REQUIRE(connection.read_response().find("HTTP/1.1 100 ") == 0);
  std::thread stopping([&] { running.backend().stop(); });
  bool is_refused = false;
  while (!is_refused) {
    try {
      const RawConnection probe(port);
    } catch (const std::runtime_error&) {
      is_refused = true;
    }
  }
  connection.send(body);
  const std::string response = connection.read_response();
  stopping.join();
  CHECK(response.find("HTTP/1.1 201 ") == 0);
  CHECK(connection.is_closed_by_server());
}
