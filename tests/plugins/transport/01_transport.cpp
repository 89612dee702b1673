// How requests reach a service, against the nginx of tests/e2e: TLS, HTTP/2, compression, files, sockets.
#include <e2e/body.hpp>
#include <e2e/e2e.hpp>
#include <e2e/transport.hpp>

#include <cstdio>

E2E_TEST(answers, e2e::Page& page) {
  const auto response = page.get("/hello.txt");
  page.assert_ok(response);
  E2E_CHECK(response.text().substr(0, 6) == "hello ");
  e2e::note("HTTP/" + response.http_version() + ", " + std::to_string(response.body_bytes()) + " bytes");
}

E2E_TEST(speaks_http_1_1, e2e::Page& page) {
  E2E_CHECK(page.get("/hello.txt", e2e::http_version("1.1")).http_version() == "1.1");
}

E2E_TEST(unpacks, e2e::Page& page) {
  const auto packed = page.get("/hello.txt", e2e::compressed());
  E2E_CHECK(packed.header("content-encoding") == "gzip");
  E2E_CHECK(packed.text() == page.get("/hello.txt").text());
}

E2E_TEST(sends_a_file, e2e::Page& page) {
  const std::string path = page.unique_name("upload");
  std::FILE* const file = std::fopen(path.c_str(), "w");
  E2E_REQUIRE(file != nullptr);
  for (int i = 0; i < 100000; ++i) std::fputs("twelve bytes", file);
  std::fclose(file);
  page.on_cleanup([path] { std::remove(path.c_str()); });
  const auto response = page.put("/uploads/" + path, e2e::body_file(path));
  page.assert_status(response, {201, 204});
  const auto saved = page.get("/uploads/" + path, e2e::save_to(path + ".back"));
  page.on_cleanup([path] { std::remove((path + ".back").c_str()); });
  E2E_CHECK(saved.body_bytes() == 1200000u);
}

E2E_TEST(follows, e2e::Page& page) {
  const auto response = page.get("/moved", e2e::follow_redirects());
  page.assert_ok(response);
  E2E_CHECK(response.redirects() == 1u);
}

E2E_TEST(wrong_form, e2e::Page& page) {
  page.assert_status(
      page.post("/hello.txt", e2e::multipart({{"name", "Ada"}, e2e::bytes_part("doc", "x;y", "d.txt")})),
      201);
}

namespace {
void tell_session(e2e::Page& page) {
  const auto response = page.get("/session", e2e::http_version("1.1"));
  page.assert_ok(response);
  e2e::note(response.text());
}
}  // namespace

E2E_TEST(connects, e2e::Page& page) { tell_session(page); }
E2E_TEST(connects_again, e2e::Page& page) { tell_session(page); }
