// Tests for the options that bound a run: --timeout, --retries, --fail-fast.
#include <poll.h>
#include <unistd.h>

#include <e2e/e2e.hpp>

E2E_TEST(names_no_timeout, e2e::Page& page) {
  for (;;) ::pause();
}

E2E_TEST(names_a_short_timeout, e2e::Page& page, e2e::timeout_ms(150)) {
  for (;;) ::pause();
}

// Takes longer than the --timeout it is run with.
E2E_TEST(names_a_long_timeout, e2e::Page& page, e2e::timeout_ms(60000)) {
  E2E_CHECK(::poll(nullptr, 0, 600) == 0);
}

E2E_TEST(fails, e2e::Page& page) { E2E_CHECK(page.service() != "tree"); }

E2E_TEST(fails_too, e2e::Page& page) { E2E_CHECK(page.service() != "tree"); }

E2E_TEST(takes_its_time, e2e::Page& page) { E2E_CHECK(::poll(nullptr, 0, 300) == 0); }

E2E_TEST(wants_no_retry, e2e::Page& page, e2e::retries(0)) { E2E_CHECK(page.service() != "tree"); }

E2E_TEST(passes_at_the_third_attempt, e2e::Page& page) { E2E_CHECK(page.attempt() == 3u); }

E2E_TEST(passes, e2e::Page& page) { E2E_CHECK(page.service() == "tree"); }
