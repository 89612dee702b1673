#include "scaffold/new_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/fatal.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A folder that goes with it.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "e2e-new-files-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder");
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string refusal(const fs::path& folder, const std::vector<NewFile>& files) {
  try {
    FileMaker(folder).make(files);
  } catch (const Fatal& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("FilesAreMadeWithTheirFolders") {
  const Folder folder;
  {
    FileMaker maker(folder.path / "new");
    maker.make({{"a/b/c.txt", "one"}, {"d.txt", "two"}});
    maker.keep();
    CHECK(maker.made() == std::vector<fs::path>{"a/b/c.txt", "d.txt"});
  }
  CHECK(text_of(folder.path / "new/a/b/c.txt") == "one");
  CHECK(text_of(folder.path / "new/d.txt") == "two");
}

TEST_CASE("WithoutKeepNothingIsLeft") {
  const Folder folder;
  { FileMaker(folder.path / "new").make({{"a/b/c.txt", "one"}}); }
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("AllFilesInTheWayAreNamedAndNothingIsWritten") {
  const Folder folder;
  write(folder.path / "b.txt", "mine");
  fs::create_symlink("nowhere", folder.path / "c.txt");
  const std::string text = refusal(folder.path, {{"a.txt", "1"}, {"b.txt", "2"}, {"c.txt", "3"}});
  CHECK(text == "error: " + (folder.path / "b.txt").string() + " is there already\nerror: " +
                    (folder.path / "c.txt").string() + " is there already\nhint: nothing was written");
  CHECK(text_of(folder.path / "b.txt") == "mine");
  CHECK_FALSE(fs::exists(folder.path / "a.txt"));
  CHECK_FALSE(fs::exists(folder.path / "nowhere"));
}

TEST_CASE("WhatMayExistIsKept") {
  const Folder folder;
  write(folder.path / ".gitignore", "mine");
  FileMaker maker(folder.path);
  maker.make({{".gitignore", "theirs", true}, {"a.txt", "1"}});
  maker.keep();
  CHECK(maker.kept() == std::vector<fs::path>{".gitignore"});
  CHECK(maker.made() == std::vector<fs::path>{"a.txt"});
  CHECK(text_of(folder.path / ".gitignore") == "mine");
}

TEST_CASE("WhereTheFileSystemRefusesAllIsTakenBack") {
  const Folder folder;
  write(folder.path / "file", "mine");
  const std::string text = refusal(folder.path, {{"a/b.txt", "1"}, {"file/c.txt", "2"}});
  CHECK(text == "error: " + (folder.path / "file/c.txt").string() + ": can't be written: Not a directory");
  CHECK_FALSE(fs::exists(folder.path / "a"));
  CHECK(text_of(folder.path / "file") == "mine");
}

TEST_CASE("AReplacedFileKeepsItsModeAndItsLink") {
  const Folder folder;
  write(folder.path / "real", "old");
  ::chmod((folder.path / "real").c_str(), 0640);
  fs::create_symlink("real", folder.path / "link");
  replace_file(folder.path / "link", "new");
  CHECK(text_of(folder.path / "real") == "new");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK((fs::status(folder.path / "real").permissions() & fs::perms::mask) == static_cast<fs::perms>(0640));
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 2);
}
