// What tests leave for those that depend on them. Where a test fails on purpose, what it was left stands in
// its failure's text.
#include <e2e/e2e.hpp>

E2E_TEST(sets, e2e::Page& page, e2e::priority::low) {
  page.set_metadata("order", 17);
  page.set_metadata("stock", 3);
}

E2E_TEST(reads, e2e::Page& page, e2e::priority::high, e2e::depends_on("sets")) {
  E2E_CHECK(page.get_metadata("order").as_int() == 17);
}

E2E_TEST(reads_from_afar, e2e::Page& page, e2e::priority::critical, e2e::depends_on("reads")) {
  E2E_CHECK(page.get_metadata("order").as_int() == 0);
}

E2E_TEST(reads_what_was_set_last, e2e::Page& page, e2e::depends_on("01_early::overwrites", "sets")) {
  E2E_CHECK(page.get_metadata("stock").as_int() == 0);
}

// Neither of these depends on the other: by priority the second runs first, so the first one's value counts.
E2E_TEST(paints_it_red, e2e::Page& page, e2e::priority::low) { page.set_metadata("paint", "red"); }
E2E_TEST(paints_it_green, e2e::Page& page, e2e::priority::high) { page.set_metadata("paint", "green"); }

E2E_TEST(sees_the_paint, e2e::Page& page, e2e::depends_on("paints_it_red", "paints_it_green")) {
  E2E_CHECK(page.get_metadata("paint").as_string() == "none");
}

E2E_TEST(reads_from_family, e2e::Page& page, e2e::depends_on("family::01_family::moves_in")) {
  E2E_CHECK(page.get_metadata("house").as_string() == "none");
  E2E_CHECK(page.get_metadata("order").as_int() == 0);
}

// What a failed attempt, or a failed test, has set is nobody's.
E2E_TEST(sets_at_each_attempt, e2e::Page& page, e2e::retries(2)) {
  E2E_REQUIRE(!page.has_metadata("draft"));
  page.set_metadata("draft", page.attempt());
  E2E_REQUIRE(page.attempt() == 2u);
}

E2E_TEST(reads_of_the_last_attempt, e2e::Page& page, e2e::depends_on("sets_at_each_attempt")) {
  E2E_CHECK(page.get_metadata("draft").as_int() == 0);
}
