#include "discovery/plugin_search.hpp"

#include <fstream>
#include <string>
#include <vector>

#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;
namespace fs = std::filesystem;

namespace {

FoundPlugins found_in(const std::vector<fs::path>& paths) {
  return find_plugins(paths, HostPlatform::current());
}

}  // namespace

TEST_CASE("FolderIsSearchedForLibrariesInOrder", "[plugin_search]") {
  const TemporaryFolder folder;
  for (const char* name : {"b.so", "a.so", "c.so.1", "d.txt"})
    fs::copy_file(stub("sound.so"), folder.path() / name);
  fs::create_directory(folder.path() / "deeper");
  fs::copy_file(stub("sound.so"), folder.path() / "deeper" / "e.so");
  const FoundPlugins found = found_in({folder.path()});
  REQUIRE(found.plugins.size() == 2);
  CHECK(found.plugins[0].path == folder.path() / "a.so");
  CHECK(found.plugins[1].path == folder.path() / "b.so");
  CHECK(found.problems.empty());
  CHECK(found.passed_over.empty());
}

TEST_CASE("WhatIsNoPluginIsPassedOverInAFolderAndAProblemWhereItIsNamed", "[plugin_search]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "other.so";
  fs::copy_file(unloadable("not_a_plugin.so"), file);
  const std::string sentence =
      file.string() + ": not a plugin: it has no e2e note; plugins are built with e2e_add_plugin()";
  CHECK(found_in({folder.path()}).passed_over == std::vector<std::string>{sentence});
  CHECK(found_in({folder.path()}).problems.empty());
  CHECK(found_in({file}).problems == std::vector<std::string>{sentence});
  CHECK(found_in({file}).passed_over.empty());
}

TEST_CASE("PluginThatCannotBeLoadedIsAProblemAnywhere", "[plugin_search]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "new.so";
  fs::copy_file(unloadable("newer_minor.so"), file);
  fs::copy_file(stub("sound.so"), folder.path() / "sound.so");
  const FoundPlugins found = found_in({folder.path()});
  CHECK(found.problems ==
        std::vector<std::string>{file.string() +
                                 ": needs plugin ABI 1.99, this host offers 1.0: update e2e-host"});
  CHECK(found.plugins.size() == 1);
  CHECK(found_in({file}).problems == found.problems);
}

TEST_CASE("PathThatDoesNotExistIsAProblem", "[plugin_search]") {
  const TemporaryFolder folder;
  const fs::path nowhere = folder.path() / "nowhere";
  CHECK(found_in({nowhere}).problems ==
        std::vector<std::string>{nowhere.string() + ": cannot be opened: No such file or directory"});
  fs::create_symlink("nowhere", folder.path() / "dangling.so");
  CHECK(found_in({folder.path()}).problems.size() == 1);
}

TEST_CASE("FileThatComesTwiceIsTakenOnce", "[plugin_search]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.so";
  fs::copy_file(stub("sound.so"), file);
  fs::create_symlink("a.so", folder.path() / "link.so");
  const FoundPlugins found =
      found_in({folder.path(), file, folder.path() / "." / "a.so", folder.path() / "link.so"});
  REQUIRE(found.plugins.size() == 1);
  CHECK(found.plugins[0].path == file);
}

TEST_CASE("NamedFileNeedsNoExtension", "[plugin_search]") {
  const TemporaryFolder folder;
  fs::copy_file(stub("sound.so"), folder.path() / "plugin");
  CHECK(found_in({folder.path() / "plugin"}).plugins.size() == 1);
}
