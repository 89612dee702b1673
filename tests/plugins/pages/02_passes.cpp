// What the page API can do, against the page server of tests/e2e; all of it passes.
#include <e2e/e2e.hpp>
#include <e2e/eventually.hpp>
#include <e2e/latency.hpp>
#include <e2e/match.hpp>

E2E_TEST(looks_as_it_should, e2e::Page& page) {
  const auto response = page.post(
      "/echo", e2e::json_body({{"id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
                               {"roles", e2e::array({"b", "a"})},
                               {"at", "2024-02-29T12:00:00Z"},
                               {"items", e2e::array({e2e::object({{"n", 1}}), e2e::object({{"n", 2}})})}}));
  e2e::assert_matches(response, {{"id", e2e::any::uuid},
                                 {"roles", e2e::any_order({"a", "b"})},
                                 {"at", e2e::any::date_time},
                                 {"items", e2e::each({{"n", e2e::any::integer}})},
                                 {"note", e2e::optional(e2e::any::string)}});
  e2e::assert_schema(response, e2e::object({{"required", e2e::array({"id", "at"})}}));
  page.assert_body_matches(response, R"("n":[12])");
  page.assert_body_sha256(page.post("/echo", e2e::body("abc", "text/plain")),
                          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  E2E_CHECK(response.json().path("items[1].n") == 2);
}

E2E_TEST(waits_until_it_is_done, e2e::Page& page) {
  const auto name = page.unique_name("job");
  const auto job = e2e::eventually([&] {
    const auto response = page.get("/job", e2e::query({{"name", name}, {"after", 3}}));
    page.assert_json(response, "/state", "done");
    return response;
  });
  E2E_CHECK(job.json("/asked") == 3);
}

E2E_TEST(is_fast, e2e::Page& page) {
  const auto latencies = e2e::measure(20, [&] { return page.get("/job"); });
  e2e::assert_latency(latencies, {{50, 1000}, {95, 2000}});
  page.assert_faster_than(page.get("/job"), 2000);
}

E2E_TEST(tries_again, e2e::Page& page) {
  e2e::RetryConfig config;
  config.delay_ms = 1;
  const auto flaky = [&](const char* name) {
    return e2e::query({{"name", page.unique_name(name)}, {"fails", 2}, {"status", 503}});
  };
  const auto response = page.get("/flaky", flaky("request"), e2e::retry(config));
  page.assert_ok(response);
  E2E_CHECK(response.retries() == 2u);
  page.set_retry(config);
  E2E_CHECK(page.get("/flaky", flaky("page")).retries() == 2u);
  E2E_CHECK(page.get("/flaky", flaky("none"), e2e::retry(0)).status() == 503);
}
