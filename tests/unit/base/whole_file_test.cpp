#include "base/whole_file.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

struct WholeFileFolder {
  fs::path path;
  WholeFileFolder() {
    std::string name = (fs::temp_directory_path() / "e2e-whole-file-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path = name;
  }
  ~WholeFileFolder() { fs::remove_all(path); }
  [[nodiscard]] std::string text(const char* name) const {
    std::ifstream stream(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] long count() const { return std::distance(fs::directory_iterator(path), {}); }
};

}  // namespace

TEST_CASE("AFileHasItsNameOnlyWhenItIsKept") {
  const WholeFileFolder folder;
  const fs::path file = folder.path / "file";
  std::ofstream(file) << "old";
  {
    WholeFile made(file);
    made.write("new");
    CHECK(folder.text("file") == "old");
  }
  CHECK(folder.text("file") == "old");
  CHECK(folder.count() == 1);
  WholeFile first(file);
  WholeFile made(std::move(first));
  made.write("ne");
  made.write("w");
  made.sync();
  made.keep();
  CHECK(folder.text("file") == "new");
  CHECK(folder.count() == 1);
}

TEST_CASE("ALinkIsReplacedAndNotWhatItLeadsTo") {
  const WholeFileFolder folder;
  std::ofstream(folder.path / "other") << "theirs";
  fs::create_symlink("other", folder.path / "file");
  write_whole_file(folder.path / "file", "mine", 0600);
  CHECK(folder.text("other") == "theirs");
  CHECK(folder.text("file") == "mine");
  CHECK_FALSE(fs::is_symlink(folder.path / "file"));
  struct stat status {};
  REQUIRE(::stat((folder.path / "file").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
}

TEST_CASE("WhatCannotBeMadeSaysWhy") {
  const WholeFileFolder folder;
  try {
    WholeFile made(folder.path / "absent" / "file");
    FAIL("it was made");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::no_such_file_or_directory);
  }
  fs::create_directory(folder.path / "folder");
  CHECK_THROWS_AS(write_whole_file(folder.path / "folder", "text"), std::system_error);
  CHECK(folder.count() == 1);
}
