#include "../@PAGE_FILE@"

E2E_TEST(is_healthy, @PAGE_CLASS@& page, e2e::tag("smoke")) { E2E_CHECK(page.check_health()); }

E2E_TEST(keeps_a_note, @PAGE_CLASS@& page) {
  const auto note = page.get(page.create_note("buy milk"));
  page.assert_ok(note);
  E2E_CHECK(note.json("/text") == "buy milk");
}

E2E_TEST(does_not_know_every_note, @PAGE_CLASS@& page) { page.assert_status(page.get("/notes/none"), 404); }

E2E_TEST(wants_a_text, @PAGE_CLASS@& page) {
  const auto response = page.post("/notes", e2e::json_body({{"text", ""}}));
  page.assert_status(response, 422);
  E2E_CHECK(response.json("/error") == "text must not be empty");
}
