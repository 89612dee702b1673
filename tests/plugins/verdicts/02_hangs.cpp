// Tests that do not end by themselves.
#include <signal.h>
#include <unistd.h>

#include <e2e/e2e.hpp>

E2E_TEST(hangs, e2e::Page& page, e2e::timeout_ms(200)) {
  for (;;) ::pause();
}

E2E_TEST(hangs_busily, e2e::Page& page, e2e::timeout_ms(200)) {
  volatile unsigned turns = 0;
  for (;;) turns = turns + 1;
}

E2E_TEST(ignores_term, e2e::Page& page, e2e::timeout_ms(200)) {
  ::signal(SIGTERM, SIG_IGN);
  for (;;) ::pause();
}

E2E_TEST(passes_after_all_that, e2e::Page& page) { E2E_CHECK(page.service() == "verdicts"); }
