// What any HTTP service does alike: for tests/e2e/same_suite.sh, which runs it against several, over each
// version of HTTP and TLS. Its settings say where things are.
#include <e2e/body.hpp>
#include <e2e/config.hpp>
#include <e2e/e2e.hpp>
#include <e2e/match.hpp>
#include <e2e/transport.hpp>

#include <string>

namespace {

std::string setting(const char* name) { return e2e::config()[name].as_string(); }

}  // namespace

E2E_TEST(answers_as_asked, e2e::Page& page) {
  const auto response = page.get(setting("json"));
  page.assert_status(response, 200);
  page.assert_header_matches(response, "Content-Type", "^application/json");
  e2e::assert_matches(response, e2e::any::object);
  E2E_CHECK(response.http_version() == setting("version"));
  const bool has_tls = page.base_url().rfind("https:", 0) == 0;
  E2E_CHECK((response.timings().tls_ms > 0) == has_tls);
}

E2E_TEST(has_no_such_place, e2e::Page& page) { page.assert_status(page.get("/no/such/place"), 404); }

E2E_TEST(has_a_head, e2e::Page& page) {
  const auto response = page.head(setting("json"));
  page.assert_status(response, 200);
  E2E_CHECK(response.bytes().empty());
}

E2E_TEST(takes_a_query, e2e::Page& page) {
  page.assert_ok(page.get(setting("json"), e2e::query({{"q", "a b&c=d/\xC3\xA4?"}, {"n", 7}})));
}

E2E_TEST(takes_headers, e2e::Page& page) {
  page.assert_ok(
      page.get(setting("json"), e2e::header("X-Long", std::string(2000, 'x')), e2e::bearer("a.b.c")));
}

E2E_TEST(takes_a_body, e2e::Page& page) {
  const auto response =
      page.post(setting("post"), e2e::json_body({{"email", page.unique_email()}, {"name", "Ada \xC3\x84"}}));
  page.assert_status(response, {200, 201});
  e2e::assert_matches(response, e2e::any::object);
}

E2E_TEST(refuses_the_method, e2e::Page& page) {
  page.assert_status(page.del(setting("json")), 405);
  page.assert_ok(page.get(setting("json")));
}

E2E_TEST(answers_again_and_again, e2e::Page& page) {
  for (int i = 0; i < 20; ++i) page.assert_ok(page.get(setting("json")));
}

E2E_TEST(unpacks_what_is_packed, e2e::Page& page) {
  const auto plain = page.get(setting("json"));
  const auto packed = page.get(setting("json"), e2e::compressed());
  page.assert_ok(packed);
  E2E_CHECK(packed.json().type() == plain.json().type());
}
