// What crosses between a plugin and the host, in each way that there is. Built by every compiler and standard
// library at hand, and kept as it was built by those of old: whatever made it, compat.expected says what each
// test comes to.
#include <cstdlib>
#include <e2e/e2e.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr const char* kLong = "a text that no small-string optimisation of any library holds";

class Unexpected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

int made = 0;

}  // namespace

E2E_BEFORE_ALL(e2e::Page& page) {
  ++made;
  page.set_metadata("greeting", kLong);
}

E2E_TEST(passes, e2e::Page& page, e2e::tag("smoke"), e2e::priority::high, e2e::timeout_ms(20000)) {
  E2E_REQUIRE(made == 1);
  E2E_REQUIRE(page.service() == "users");
  E2E_REQUIRE(page.get_metadata("greeting").as_string() == kLong);
}

E2E_TEST(asks_the_service, e2e::Page& page, e2e::depends_on("passes")) {
  const auto response = page.get(page.health_endpoint());
  page.assert_ok(response);
  E2E_REQUIRE(response.json("/status").as_string() == "ok");
}

E2E_TEST(fails_of_a_status, e2e::Page& page) {
  page.assert_status(page.get("/compat/" + std::string(kLong).substr(0, 6)), 200);
}

E2E_TEST(shows_both_sides, e2e::Page& page) {
  const std::string left = kLong;
  E2E_REQUIRE(left == "two");
}

E2E_TEST(fails_softly_twice, e2e::Page& page) {
  E2E_CHECK(1 == 2);
  E2E_CHECK(std::vector<int>{1}.size() == 3u);
}

E2E_TEST(skips, e2e::Page& page) { e2e::skip(kLong); }

E2E_TEST(throws, e2e::Page& page) { throw Unexpected(kLong); }

E2E_TEST(throws_a_number, e2e::Page& page) { throw 42; }

E2E_TEST(catches_its_own, e2e::Page& page) {
  bool is_caught = false;
  try {
    e2e::step("throw", [] { throw Unexpected(kLong); });
  } catch (const std::exception& error) {
    is_caught = std::string(error.what()) == kLong;
  }
  E2E_REQUIRE(is_caught);
}

E2E_TEST(cleans_up, e2e::Page& page) {
  page.on_cleanup([] { e2e::note("first made, last done"); });
  page.on_cleanup([] { throw Unexpected("in a cleanup"); });
}

E2E_TEST(waits_for_a_failure, e2e::Page& page, e2e::depends_on("throws")) {}

E2E_TEST(passes_at_the_second_attempt, e2e::Page& page, e2e::retries(2)) {
  E2E_REQUIRE(std::string(page.test_id()).back() == '2');
}

E2E_TEST(aborts, e2e::Page& page) { std::abort(); }

E2E_TEST(passes_after_all_that, e2e::Page& page) { E2E_REQUIRE(page.worker_index() < 1024u); }
