#include "config/locate_config.hpp"

#include <sys/stat.h>

#include <e2e_catch.hpp>

#include "loading.hpp"

using namespace e2e::host;
using testing::Project;

TEST_CASE("FileIsFoundInTheWorkingFolderFirst") {
  Project project("general: {retries: 1}");
  project.write("config/e2e.conf", "general: {retries: 2}");
  const Config config = project.load();
  CHECK(config.retries == 1);
  CHECK(config.file == project.folder() / "e2e.conf");
  CHECK(config.project == project.folder());
}

TEST_CASE("ConfigFolderBelongsToTheProjectAboveIt") {
  Project project;
  project.write("config/e2e.conf", "plugins: {paths: [lib]}");
  CHECK(project.load().project == project.folder());
  CHECK(project.load().plugin_paths == std::vector{project.folder() / "lib"});
  project.sources().file = "config/e2e.conf";
  CHECK(project.load().project == project.folder());
}

TEST_CASE("FileIsFoundInTheNearestFolderAbove") {
  Project project("general: {retries: 1}");
  project.write("a/config/e2e.conf", "general: {retry: 2}").write("a/b/c/x", "");
  project.sources().working_folder = project.folder() / "a/b/c";
  CHECK(project.error() ==
        "../../config/e2e.conf:1:11: error: unknown key 'retry'\n"
        "    1 | general: {retry: 2}\n"
        "      |           ^~~~~\n"
        "hint: known here: environment, timeout, retries");
  std::filesystem::remove_all(project.folder() / "a/config");
  CHECK(project.load().retries == 1);
  CHECK(project.load().project == project.folder());
}

TEST_CASE("NamedFileGoesOverTheVariableOverTheSearch") {
  Project project("general: {retries: 1}");
  project.write("two.conf", "general: {retries: 2}").write("sub/three.conf", "general: {retries: 3}");
  project.variable("E2E_CONFIG_PATH", "");
  CHECK(project.load().retries == 1);
  project.variable("E2E_CONFIG_PATH", "two.conf");
  CHECK(project.load().retries == 2);
  project.sources().file = project.folder() / "sub/three.conf";
  CHECK(project.load().retries == 3);
  CHECK(project.load().project == project.folder() / "sub");
}

TEST_CASE("NamedFileThatIsNotThereIsAnError") {
  Project project("general: {retries: 1}");
  project.variable("E2E_CONFIG_PATH", "no.conf");
  CHECK(project.error() ==
        "no.conf: error: cannot be read: No such file or directory\nhint: E2E_CONFIG_PATH names it");
  project.sources().file = "none.conf";
  CHECK(project.error() == "none.conf: error: cannot be read: No such file or directory\nhint: -c names it");
}

TEST_CASE("WhatIsNoFileIsRefusedAtOnce") {
  Project project;
  std::filesystem::create_directory(project.folder() / "e2e.conf");
  CHECK(project.error() == "e2e.conf: error: is a folder, not a file");
  REQUIRE(::mkfifo((project.folder() / "fifo").c_str(), 0600) == 0);
  project.sources().file = "fifo";
  CHECK(project.error() == "fifo: error: is not a regular file\nhint: -c names it");
  project.sources().file = "/dev/zero";
  CHECK(project.error() == "/dev/zero: error: is not a regular file\nhint: -c names it");
}

TEST_CASE("HugeFileIsRefusedBySizeAlone") {
  Project project("general: {retries: 1}\n");
  std::filesystem::resize_file(project.folder() / "e2e.conf", 1 << 30);
  CHECK(project.error() == "e2e.conf: error: is larger than the 1 MiB a configuration may have");
}

TEST_CASE("ByteOrderMarkAndCarriageReturnsAreTaken") {
  Project project("\xEF\xBB\xBFgeneral:\r\n  retries: 2\r\n  retrys: 3\r\n");
  CHECK(project.error() ==
        "e2e.conf:3:3: error: unknown key 'retrys'\n"
        "    3 |   retrys: 3\n"
        "      |   ^~~~~~\n"
        "hint: did you mean 'retries'?");
}
