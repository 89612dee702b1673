// Short tests whose descendants come and go, so that a kill at any moment meets each kind in each state: for
// tools/kill-matrix.sh.
#include <signal.h>

#include <e2e/e2e.hpp>

#include "family.hpp"

namespace {

void come_and_go() {
  for (int round = 0; round < 30; ++round) {
    tree::Family family = tree::Family::start(false);
    ::kill(family.plain, SIGUSR1);
    const bool was_released = family.wait_for_plain();
    family.end();
    E2E_REQUIRE(was_released);
  }
}

}  // namespace

E2E_TEST(bustles_1, e2e::Page& page) { come_and_go(); }
E2E_TEST(bustles_2, e2e::Page& page) { come_and_go(); }
E2E_TEST(leaves_all_behind, e2e::Page& page) { tree::Family::start(false); }
E2E_TEST(bustles_3, e2e::Page& page) { come_and_go(); }
E2E_TEST(bustles_4, e2e::Page& page) { come_and_go(); }
E2E_TEST(leaves_all_behind_again, e2e::Page& page) { tree::Family::start(false); }
E2E_TEST(bustles_5, e2e::Page& page) { come_and_go(); }
E2E_TEST(bustles_6, e2e::Page& page) { come_and_go(); }
