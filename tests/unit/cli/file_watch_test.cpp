#include "cli/file_watch.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <fstream>
#include <string>

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "e2e-watch-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& file) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << "x";
  }
  [[nodiscard]] fs::path path(const std::string& file = "") const { return path_ / file; }

 private:
  fs::path path_;
};

/// What has changed since the last time, as "plugins config sources".
std::string changes(FileWatch& watch) {
  const FileWatch::Changes seen = watch.take();
  std::string text;
  if (seen.plugins) text += "plugins ";
  if (seen.config) text += "config ";
  if (seen.sources) text += "sources ";
  return text;
}

}  // namespace

TEST_CASE("LibrariesOfAFolderAndNamedFilesArePlugins", "[file_watch]") {
  const Folder folder;
  fs::create_directories(folder.path("plugins"));
  folder.write("lib/named.so");
  FileWatch watch;
  watch.add_plugins(folder.path("plugins"));
  watch.add_plugins(folder.path("lib/named.so"));
  watch.add_config(folder.path("e2e.conf"));
  CHECK(changes(watch).empty());
  folder.write("plugins/a.so");
  CHECK(changes(watch) == "plugins ");
  folder.write("plugins/a.o");
  folder.write("lib/other.so");
  CHECK(changes(watch).empty());
  folder.write("lib/named.so");
  CHECK(changes(watch) == "plugins ");
  fs::remove(folder.path("plugins/a.so"));
  CHECK(changes(watch) == "plugins ");
  folder.write("other.conf");
  CHECK(changes(watch).empty());
  // As editors save.
  folder.write("new");
  fs::rename(folder.path("new"), folder.path("e2e.conf"));
  CHECK(changes(watch) == "config ");
}

TEST_CASE("FolderOfPluginsMayComeLater", "[file_watch]") {
  const Folder folder;
  FileWatch watch;
  watch.add_plugins(folder.path("build/plugins"));
  fs::create_directories(folder.path("build"));
  CHECK(changes(watch) == "plugins ");
  fs::create_directories(folder.path("build/plugins"));
  CHECK(changes(watch) == "plugins ");
  folder.write("build/plugins/a.so");
  CHECK(changes(watch) == "plugins ");
}

TEST_CASE("SourcesAreWatchedInAllFoldersButHiddenAndBuiltOnes", "[file_watch]") {
  const Folder folder;
  folder.write("services/users/users_page.hpp");
  folder.write("build/CMakeCache.txt");
  folder.write("build/generated/a.hpp");
  folder.write(".git/a.hpp");
  FileWatch watch;
  watch.add_sources(folder.path());
  CHECK(watch.source_folders() == 3);
  folder.write("build/generated/a.hpp");
  folder.write(".git/a.hpp");
  folder.write("services/users/notes.txt");
  folder.write("services/users/.users_page.hpp");
  CHECK(changes(watch).empty());
  folder.write("services/users/users_page.hpp");
  CHECK(changes(watch) == "sources ");
  folder.write("services/CMakeLists.txt");
  CHECK(changes(watch) == "sources ");
  folder.write("services/orders/modules/01_a.cpp");
  CHECK(changes(watch) == "sources ");
  CHECK(watch.source_folders() == 5);
  folder.write("services/orders/modules/01_a.cpp");
  CHECK(changes(watch) == "sources ");
}
