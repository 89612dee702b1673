// The tests of two services' own plugins, beside which the plugin `any` runs. Some depend on its tests, as
// some of its depend on these.
#include <e2e/e2e.hpp>

E2E_ONCE_PER_RUN(login, e2e::Page& page) { return "own of " + page.service(); }

E2E_TEST(sets, e2e::Page& page) { page.set_metadata("token", page.service()); }

E2E_TEST(has_its_own_login, e2e::Page& page) {
  E2E_CHECK(page.once_per_run("login") == "own of " + page.service());
}

E2E_TEST(fails, e2e::Page& page) { E2E_CHECK(page.service() == "nobody"); }

E2E_TEST(reads_what_any_has_made, e2e::Page& page, e2e::depends_on("makes")) {
  E2E_CHECK(page.get_metadata("made") == "made for " + page.service());
}

/// Its settings are those of its own, which only the service `first` gives.
E2E_TEST(knows_its_settings, e2e::Page& page) {
  const e2e::Json settings = e2e::config();
  if (page.service() == "first")
    E2E_CHECK(settings.at("/limit") == 3);
  else
    E2E_CHECK(settings.empty());
}
