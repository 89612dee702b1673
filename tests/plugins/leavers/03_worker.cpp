// What a test finds of its process: docs/how-it-works.md.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <e2e/e2e.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace fs = std::filesystem;

namespace {

void use_folder() {
  const char* const folder = std::getenv("TMPDIR");
  const char* const run = std::getenv("E2E_RUN_ID");
  E2E_REQUIRE(folder != nullptr);
  E2E_REQUIRE(run != nullptr);
  E2E_CHECK(fs::is_empty(folder));
  E2E_CHECK((fs::status(folder).permissions() & fs::perms::mask) == fs::perms::owner_all);
  E2E_CHECK(std::string(folder).find(run) != std::string::npos);
  std::ofstream(std::string(folder) + "/left") << "something";
}

}  // namespace

E2E_TEST(has_an_empty_folder_of_its_own, e2e::Page&) { use_folder(); }
// Of another worker, in the same slot.
E2E_TEST(has_an_empty_folder_after_another, e2e::Page&, e2e::tag("own_process")) { use_folder(); }

E2E_TEST(reads_nothing, e2e::Page&) {
  char byte = 0;
  E2E_CHECK(::read(STDIN_FILENO, &byte, 1) == 0);
  struct stat input {
  }, null{};
  E2E_REQUIRE(::fstat(STDIN_FILENO, &input) == 0);
  E2E_REQUIRE(::stat("/dev/null", &null) == 0);
  E2E_CHECK(input.st_rdev == null.st_rdev);
}

E2E_TEST(has_no_descriptor_of_others, e2e::Page&) {
  // The worker's own are far up, and go with an exec: no program that a test starts has them.
  for (int fd = STDERR_FILENO + 1; fd < 4096; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0) E2E_CHECK((flags & FD_CLOEXEC) != 0);
    if (flags >= 0) E2E_CHECK(fd >= 1000);
  }
}

E2E_TEST(knows_whose_it_is, e2e::Page& page) {
  for (const char* name : {"E2E_RUN_ID", "E2E_WORKER_ID", "E2E_SLOT"}) {
    E2E_REQUIRE(std::getenv(name) != nullptr);
    E2E_CHECK(*std::getenv(name) != '\0');
  }
  E2E_CHECK(std::getenv("E2E_SLOT") == std::to_string(page.worker_index()));
}
