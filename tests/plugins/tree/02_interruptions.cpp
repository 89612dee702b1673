// Tests that do not end before somebody wants them to. What they must be reported as stands in
// tests/e2e/signals_test.cpp.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <e2e/e2e.hpp>

#include "family.hpp"

namespace {

void note_term(int) { tree::tell("term"); }

}  // namespace

E2E_TEST(runs_before, e2e::Page& page) { E2E_CHECK(page.service() == "tree"); }

E2E_TEST(waits_in_a_request, e2e::Page& page) {
  page.on_cleanup([&page] { tree::tell("cleaned", std::to_string(page.get("/answers").status()).c_str()); });
  tree::tell("ready");
  page.get("/silence");
  tree::tell("went_on");
}

E2E_TEST(waits_in_pause, e2e::Page& page) {
  page.on_cleanup([] { tree::tell("cleaned"); });
  tree::tell("ready");
  for (;;) {
    ::pause();
    page.get("/answers");
  }
}

E2E_TEST(cleans_up_with_a_program, e2e::Page& page) {
  page.on_cleanup([] {
    tree::tell("cleaning");
    // In the worker's group: it goes on for as long as nobody sends that SIGTERM.
    if (std::system("until [ -e \"$TREE_FOLDER/release\" ]; do sleep 0.01; done") == 0) tree::tell("cleaned");
  });
  tree::tell("ready");
  page.get("/silence");
}

E2E_TEST(goes_on_at_term, e2e::Page& page) {
  struct sigaction action {};
  action.sa_handler = note_term;
  ::sigaction(SIGTERM, &action, nullptr);
  tree::tell("ready");
  for (;;) ::pause();
}

E2E_TEST(waits_for_release, e2e::Page& page) {
  tree::tell("ready");
  while (!tree::is_told("release")) ::poll(nullptr, 0, 5);
}

E2E_TEST(waits_with_a_family, e2e::Page& page) {
  tree::Family family = tree::Family::start(true);
  family.tell_as("ready");
  for (;;) ::pause();
}

E2E_TEST(runs_behind, e2e::Page& page) { E2E_CHECK(page.service() == "tree"); }
