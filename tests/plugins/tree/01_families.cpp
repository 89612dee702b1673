// Tests with descendants, that wait for one of them. What killing whom comes to stands in
// tests/e2e/process_tree_test.cpp.
#include <unistd.h>

#include <cstdlib>
#include <e2e/e2e.hpp>
#include <string>

#include "family.hpp"

namespace {

/// Something in the worker's temporary folder, so that removing that takes more than an rmdir.
void leave_a_file() {
  const char* const folder = std::getenv("TMPDIR");
  std::string name = std::string(folder != nullptr ? folder : "/tmp") + "/left-XXXXXX";
  const int fd = ::mkstemp(name.data());
  E2E_REQUIRE(fd >= 0);
  ::close(fd);
}

void live_with_a_family(const char* name) {
  leave_a_file();
  tree::Family family = tree::Family::start(true);
  family.tell_as(name);
  const bool was_released = family.wait_for_plain();
  E2E_REQUIRE(was_released);
  family.end();
}

}  // namespace

E2E_TEST(first_family, e2e::Page& page) { live_with_a_family("first"); }

E2E_TEST(second_family, e2e::Page& page) { live_with_a_family("second"); }

E2E_TEST(runs_after_them, e2e::Page& page) { E2E_CHECK(page.service() == "tree"); }
