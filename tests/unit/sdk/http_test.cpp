#include <unistd.h>

#include <cstdio>
#include <e2e/body.hpp>
#include <e2e/transport.hpp>
#include <stdexcept>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

/// The only request of an attempt with this body, which passes.
template <class Body>
e2e_fake::Request request_of(Body body) {
  Session session;
  CHECK(session.run([&](CountedPage& page) { body(page); }) == E2E_PASS);
  REQUIRE(session.host.requests.size() == 1);
  return session.host.requests[0];
}

}  // namespace

TEST_CASE("CredentialsAreHeaders", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    page.get("/a", e2e::bearer("t0ken"));
    for (const char* password : {"", "p", "pw", "pwd", "pass:word"})
      page.get("/a", e2e::basic("user", password));
    page.get("/a", e2e::api_key("k"));
    page.get("/a", e2e::api_key("k", "X-Own-Key"));
  });
  const auto& requests = session.host.requests;
  REQUIRE(requests.size() == 8);
  CHECK(requests[0].headers == Pairs{{"authorization", "Bearer t0ken"}});
  const char* const basic[] = {"dXNlcjo=", "dXNlcjpw",
                               "dXNlcjpwdw==", "dXNlcjpwd2Q=", "dXNlcjpwYXNzOndvcmQ="};
  for (int i = 0; i < 5; ++i)
    CHECK(requests[1 + i].headers == Pairs{{"authorization", std::string("Basic ") + basic[i]}});
  CHECK(requests[6].headers == Pairs{{"x-api-key", "k"}});
  CHECK(requests[6].options.empty());
  CHECK(requests[7].headers == Pairs{{"X-Own-Key", "k"}});
  CHECK(requests[7].options == Pairs{{"secret_name", "X-Own-Key"}});
}

TEST_CASE("TransportOptionsPassAsKeysAndValues", "[sdk]") {
  const auto request = request_of([](CountedPage& page) {
    e2e::TlsConfig tls;
    tls.ca = "ca.pem";
    tls.verify = false;
    page.get("/a", e2e::follow_redirects(3), e2e::phase_timeouts({100, 200, 300}), e2e::tls(tls),
             e2e::http_version("2"), e2e::compressed(), e2e::proxy("http://p:1"), e2e::unix_socket("/s"),
             e2e::base("admin"), e2e::base_path("/v2"), e2e::max_body(10), e2e::traceparent(false));
  });
  CHECK(request.options == Pairs{{"redirects", "3"},
                                 {"connect_timeout", "100"},
                                 {"first_byte_timeout", "200"},
                                 {"idle_timeout", "300"},
                                 {"tls_ca", "ca.pem"},
                                 {"tls_certificate", ""},
                                 {"tls_key", ""},
                                 {"tls_key_password", ""},
                                 {"tls_verify", "false"},
                                 {"http_version", "2"},
                                 {"compression", "true"},
                                 {"proxy", "http://p:1"},
                                 {"unix_socket", "/s"},
                                 {"base", "admin"},
                                 {"base_path", "/v2"},
                                 {"max_body", "10"},
                                 {"traceparent", "false"}});
}

TEST_CASE("PartsPassWithNamesAndTypes", "[sdk]") {
  const auto request = request_of([](CountedPage& page) {
    page.post("/a", e2e::multipart({{"name", "Ada"},
                                    {"meta", "{}", "application/json"},
                                    e2e::file_part("photo", "some/where/a.png", "image/png"),
                                    e2e::bytes_part("doc", std::string("\0x", 2), "d.bin")}));
  });
  CHECK(request.parts ==
        std::vector<std::string>{"name|||Ada|", "meta||application/json|{}|",
                                 "photo|a.png|image/png||some/where/a.png",
                                 "doc|d.bin|application/octet-stream|" + std::string("\0x|", 3)});
  CHECK(request.headers.empty());
}

TEST_CASE("OfSeveralBodiesTheLastCounts", "[sdk]") {
  const auto text = request_of([](CountedPage& page) {
    page.post("/a", e2e::multipart({{"n", "v"}}), e2e::body_file("f"), e2e::body("text", "text/plain"));
  });
  CHECK(text.body == "text");
  CHECK(text.parts.empty());
  CHECK(text.body_file.empty());
  const auto file = request_of(
      [](CountedPage& page) { page.put("/a", e2e::body("text"), e2e::body_file("f", "text/csv")); });
  CHECK(file.body.empty());
  CHECK(file.body_file == "f");
  CHECK(file.headers == Pairs{{"content-type", "text/csv"}});
}

TEST_CASE("FunctionsGiveAndTakeBodies", "[sdk]") {
  std::string taken;
  const auto request = request_of([&](CountedPage& page) {
    int left = 2;
    page.post("/a",
              e2e::stream_body(
                  [left](char* buffer, std::size_t size) mutable -> std::size_t {
                    REQUIRE(size >= 3);
                    if (left-- == 0) return 0;
                    std::copy_n("abc", 3, buffer);
                    return 3;
                  },
                  "text/plain", 6),
              e2e::stream_to([&](std::string_view piece) { taken += piece; }));
  });
  CHECK(request.read_body == "abcabc");
  CHECK(request.read_size == 6);
  CHECK_FALSE(request.has_broken_off);
  CHECK(taken == "one two");
}

TEST_CASE("WhatAFunctionOfARequestThrowsComesOutOfTheRequest", "[sdk]") {
  Session session;
  const auto rc = session.run([&](CountedPage& page) {
    CHECK_THROWS_AS(page.post("/a", e2e::stream_body([](char*, std::size_t) -> std::size_t {
                                throw std::runtime_error("no more");
                              })),
                    std::runtime_error);
    page.get("/a", e2e::stream_to([](std::string_view piece) { E2E_REQUIRE(piece == "two"); }));
  });
  CHECK(rc == E2E_FAIL);
  CHECK(session.host.requests.at(0).has_broken_off);
  CHECK(session.host.failures.at(0).expression == "piece == \"two\"");
  CHECK(session.host.live_responses.empty());
}

TEST_CASE("APageUsesOptionsForAllItsRequests", "[sdk]") {
  Session session;
  const auto rc = session.run([](CountedPage& page) {
    page.use(e2e::bearer("t"), e2e::follow_redirects(), e2e::timeout_ms(70), e2e::retry(1));
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.page_options == Pairs{{"redirects", "10"}, {"retries", "1"}});
  CHECK(session.page.default_headers.at("authorization") == "Bearer t");
  CHECK(session.page.default_timeout_ms == 70);
  CHECK(session.run([](CountedPage& page) { page.use(e2e::body("x")); }) == E2E_FAIL);
  CHECK(session.run([](CountedPage& page) { page.use(e2e::query({{"a", 1}})); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 2);
  for (const auto& failure : session.host.failures)
    CHECK(failure.message == "page.use() takes no query and no body: these belong to one request");
}

TEST_CASE("InterceptorsSeeAndChangeRequestsAndSeeAnswers", "[sdk]") {
  Session session;
  std::string answers;
  const auto rc = session.run([&](CountedPage& page) {
    page.on_request([](e2e::Outgoing& request) {
      request.set_header("X-Signature", std::string(request.method) + request.target + request.body);
      request.query.emplace_back("v", 2);
      request.target += "/more";
    });
    page.on_request([](e2e::Outgoing& request) { request.set_header("x-signature", "second"); });
    page.on_response([&](const e2e::Response& response) { answers += response.exchange() + "\n"; });
    page.post("/a", e2e::body("b"), e2e::header("X-Own", "1"));
  });
  CHECK(rc == E2E_PASS);
  const auto& request = session.host.requests.at(0);
  CHECK(request.target == "/a/more");
  CHECK(request.query == Pairs{{"v", "2"}});
  CHECK(request.headers ==
        Pairs{{"X-Own", "1"}, {"x-signature", "second"}, {"content-type", "application/octet-stream"}});
  CHECK(answers == "POST http://users.test/a/more -> 200\n");
}

TEST_CASE("CookiesAreReadSetSavedAndLoaded", "[sdk]") {
  Session session;
  session.host.cookie_lines =
      "#HttpOnly_.users.test\tTRUE\t/p\tTRUE\t99\tsid\ta b=c\nusers.test\tFALSE\t/\tFALSE\t0\tn\t\n";
  const auto rc = session.run([&](CountedPage& page) {
    const auto cookies = page.cookies();
    REQUIRE(cookies.size() == 2);
    CHECK(cookies[0].name == "sid");
    CHECK(cookies[0].value == "a b=c");
    CHECK(cookies[0].domain == ".users.test");
    CHECK(cookies[0].path == "/p");
    CHECK(cookies[0].is_secure);
    CHECK(cookies[0].is_http_only);
    CHECK(cookies[0].expires_unix_s == 99);
    CHECK(cookies[1].value.empty());

    const std::string before = session.host.cookie_lines, file = "cookies." + std::to_string(::getpid());
    page.save_cookies(file);
    page.clear_cookies();
    CHECK(page.cookies().empty());
    page.load_cookies(file);
    std::remove(file.c_str());
    CHECK(session.host.cookie_lines == "# Netscape HTTP Cookie File\n" + before);

    session.host.cookie_lines.clear();
    e2e::Cookie cookie;
    cookie.name = "lang";
    cookie.value = "de";
    page.set_cookie(cookie);
    CHECK(session.host.cookie_lines == "users.test\tFALSE\t/\tFALSE\t0\tlang\tde\n");
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.run([](CountedPage& page) { page.load_cookies("/absent/file"); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message ==
        "page.load_cookies(): /absent/file: No such file or directory");
}

TEST_CASE("ASecretIsToldToTheHostAndReturned", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) { CHECK(e2e::secret("s3cret") == "s3cret"); }) == E2E_PASS);
  CHECK(session.host.secrets == std::vector<std::string>{"s3cret"});
  CHECK(session.run([](CountedPage&) { e2e::secret("abc"); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message ==
        "e2e::secret(): a secret has from 4 bytes to 16 KiB, and there are at most 1000");
}
