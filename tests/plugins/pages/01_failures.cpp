// Assertions that do not hold, against the page server of tests/e2e: what a person reads of them.
#include <e2e/e2e.hpp>
#include <e2e/eventually.hpp>
#include <e2e/match.hpp>

E2E_TEST(wrong_member, e2e::Page& page) {
  const auto response = page.post("/echo", e2e::json_body({{"status", "declined"}}),
                                  e2e::header("authorization", "Bearer s3cret"));
  e2e::assert_matches(response, {{"status", "paid"}, {"id", e2e::any::uuid}});
}

E2E_TEST(wrong_schema, e2e::Page& page) {
  const auto schema = e2e::object({{"type", "object"},
                                   {"required", e2e::array({"id"})},
                                   {"properties", e2e::object({{"n", e2e::object({{"type", "string"}})}})}});
  e2e::assert_schema(page.post("/echo", e2e::json_body({{"n", 7}})), schema);
}

E2E_TEST(several_soft_ones, e2e::Page& page) {
  const auto response = page.get("/cookies/set", e2e::query({{"name", "sid"}, {"value", "abc"}}));
  page.expect_cookie(response, "sid", "xyz");
  page.expect_header_matches(response, "content-type", "xml");
  page.expect_body_matches(response, "^[0-9]+$");
  page.expect_body_sha256(response, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  E2E_CHECK(response.json() == e2e::object({{"set", e2e::array({"sid", "uid"})}}));
}

E2E_TEST(never_done, e2e::Page& page) {
  e2e::eventually([&] { page.assert_json(page.get("/job"), "/state", "done"); }, 0);
}

E2E_TEST(retries_in_vain, e2e::Page& page) {
  e2e::RetryConfig config;
  config.retries = 1;
  config.delay_ms = 1;
  const auto response =
      page.get("/flaky", e2e::query({{"name", page.unique_name("f")}, {"fails", 9}, {"status", 502}}),
               e2e::retry(config));
  page.assert_ok(response);
}
