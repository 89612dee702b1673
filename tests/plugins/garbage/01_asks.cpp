// Asks a service that answers garbage. What comes of each question stands in
// tests/e2e/garbage_services_test.cpp.
#include <e2e/e2e.hpp>
#include <e2e/transport.hpp>
#include <string>

namespace {

struct Question {
  const char* name;
};
const Question plain[] = {{"endless_headers"},
                          {"endless_header"},
                          {"endless_status_line"},
                          {"endless_interim"},
                          {"endless_body"},
                          {"endless_chunks"},
                          {"endless_chunk_size"},
                          {"endless_trailers"},
                          {"gigabyte"},
                          {"gigabyte_unannounced"},
                          {"length_too_large"},
                          {"length_negative"},
                          {"length_nonsense"},
                          {"length_overflows"},
                          {"slow_headers"},
                          {"slow_body"},
                          {"never_answers"},
                          {"closes_at_once"},
                          {"closes_in_the_headers"},
                          {"resets_at_once"},
                          {"resets_in_the_body"},
                          {"not_http"},
                          {"version_nobody_has"},
                          {"binary"},
                          {"null_in_a_header"}};
const Question compressed[] = {{"gzip_bomb"}, {"gzip_twice_bomb"}, {"gzip_garbage"}};
const Question redirected[] = {{"a_hundred_redirects"}, {"redirect_to_itself"}, {"redirect_to_a_file"}};
const Question over_tls[] = {{"tls_garbage"}, {"tls_closes"}, {"tls_alert"}, {"tls_never_answers"}};

std::string path(const Question& question) { return std::string("/") + question.name; }

}  // namespace

E2E_TEST_EACH(asks, plain, e2e::Page& page, const Question& row) {
  page.assert_ok(page.get(path(row), e2e::timeout_ms(3000)));
}

E2E_TEST_EACH(asks_compressed, compressed, e2e::Page& page, const Question& row) {
  page.assert_ok(page.get(path(row), e2e::compressed()));
}

E2E_TEST_EACH(asks_on, redirected, e2e::Page& page, const Question& row) {
  page.assert_ok(page.get(path(row), e2e::follow_redirects(20)));
}

// What answers on these ports is found out by asking for its name.
E2E_TEST_EACH(asks_over_tls, over_tls, e2e::Page& page, const Question& row) {
  const std::string port = page.get("/port_of" + path(row)).text();
  page.assert_ok(page.get("https://127.0.0.1:" + port + "/", e2e::timeout_ms(3000)));
}

// More than was announced is not the next answer.
E2E_TEST(is_not_confused_by_what_was_not_announced, e2e::Page& page) {
  for (int i = 0; i < 3; ++i) {
    const auto response = page.get("/length_too_small");
    page.assert_ok(response);
    E2E_CHECK(response.text() == "ok");
  }
  E2E_CHECK(page.get("/good").text() == "good");
}
