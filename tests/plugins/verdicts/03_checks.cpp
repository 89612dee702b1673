// Failures, errors and skips as a plugin reports them.
#include <e2e/e2e.hpp>
#include <string>

E2E_TEST(fails, e2e::Page& page) {
  const std::string left = "one";
  E2E_REQUIRE(left == "two");
}

E2E_TEST(fails_softly_twice, e2e::Page& page) {
  E2E_CHECK(1 == 2);
  E2E_CHECK(2 == 3);
}

E2E_TEST(skips, e2e::Page& page) { e2e::skip("not today"); }

E2E_TEST(depends_on_a_failure, e2e::Page& page, e2e::depends_on("fails")) {}

E2E_TEST(depends_on_that_in_turn, e2e::Page& page, e2e::depends_on("depends_on_a_failure")) {}

E2E_TEST(passes_at_the_second_attempt, e2e::Page& page, e2e::retries(2)) {
  const std::string id(page.test_id());
  E2E_REQUIRE(id.back() == '2');
}
