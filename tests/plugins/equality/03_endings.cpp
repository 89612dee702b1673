// Endings, with what they print. Those with the tag ends_worker need a process to themselves, or to print to.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <e2e/e2e.hpp>
#include <stdexcept>

E2E_TEST(prints, e2e::Page& page) {
  std::puts("to stdout");
  std::fputs("to stderr", stderr);
}

E2E_TEST(fails, e2e::Page& page, e2e::priority::low) { E2E_REQUIRE(page.service() == "no service"); }

E2E_TEST(fails_softly_twice, e2e::Page& page) {
  E2E_CHECK(1 == 2);
  std::puts("between two failures");
  E2E_CHECK(2 == 3);
}

E2E_TEST(fails_at_each_attempt, e2e::Page& page, e2e::retries(1)) {
  std::printf("attempt %u\n", page.attempt());
  E2E_CHECK(page.attempt() == 0u);
}

E2E_TEST(throws, e2e::Page& page) { throw std::runtime_error("nobody expects this"); }

E2E_TEST(skips, e2e::Page& page) { e2e::skip("not today"); }

E2E_TEST(depends_on_a_failure, e2e::Page& page, e2e::priority::high, e2e::depends_on("fails")) {}
E2E_TEST(depends_on_that_in_turn, e2e::Page& page, e2e::depends_on("depends_on_a_failure")) {}
E2E_TEST(depends_on_a_skip, e2e::Page& page, e2e::depends_on("prints", "skips")) {}

E2E_TEST(aborts, e2e::Page& page, e2e::tag("ends_worker")) {
  std::puts("about to abort");
  std::fflush(stdout);
  std::abort();
}

E2E_TEST(depends_on_a_crash, e2e::Page& page, e2e::tag("ends_worker"), e2e::depends_on("aborts")) {}

E2E_TEST(exits_at_its_first_attempt, e2e::Page& page, e2e::retries(1), e2e::tag("ends_worker")) {
  page.set_metadata("attempts", page.attempt());
  if (page.attempt() == 1) std::exit(0);
}

E2E_TEST(reads_what_a_crash_left, e2e::Page& page, e2e::tag("ends_worker"),
         e2e::depends_on("exits_at_its_first_attempt")) {
  E2E_CHECK(page.get_metadata("attempts").as_int() == 0);
}

E2E_TEST(hangs, e2e::Page& page, e2e::timeout_ms(150), e2e::tag("ends_worker")) {
  std::puts("about to hang");
  std::fflush(stdout);
  for (;;) ::pause();
}

E2E_TEST(depends_on_a_timeout, e2e::Page& page, e2e::tag("ends_worker"), e2e::depends_on("hangs")) {}
