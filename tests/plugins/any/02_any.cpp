// A plugin for any service that makes tests from its settings, refuses some, and depends on tests of the
// services' own plugins.
#include <e2e/e2e.hpp>
#include <stdexcept>
#include <string>

E2E_ONCE_PER_RUN(login, e2e::Page&) { return "any with " + e2e::config().dump(); }

E2E_DYNAMIC_TESTS(registrar) {
  const e2e::Json settings = e2e::config();
  if (settings.contains("throws")) throw std::runtime_error("it throws in init");
  if (settings.contains("reject"))
    for (const std::string& pointer : settings["reject"].keys())
      registrar.reject(pointer, settings["reject"][pointer].as_string());
  if (settings.contains("wants_text")) settings.at("/wants_text").as_string();
  if (!settings.contains("tests")) return;
  for (const e2e::Json& test : settings["tests"]) {
    registrar.add(test.as_string(), {e2e::tag("made")}, [name = test.as_string(), settings](e2e::Page& page) {
      E2E_CHECK(page.once_per_run("login") == "any with " + settings.dump());
      E2E_CHECK(e2e::service_under_test().name == page.service());
      E2E_CHECK(name != "breaks");
    });
  }
}

E2E_TEST(makes, e2e::Page& page) { page.set_metadata("made", "made for " + page.service()); }

E2E_TEST(reads_what_the_service_has_set, e2e::Page& page, e2e::depends_on("sets")) {
  E2E_CHECK(page.get_metadata("token") == page.service());
}

E2E_TEST(waits_for_a_failure, e2e::Page&, e2e::depends_on("fails")) {}

E2E_TEST(comes_last, e2e::Page&, e2e::depends_on("reads_what_any_has_made")) {}
