#include "discovery/describe_cache.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/version.hpp"
#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using e2e::host::elf_test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const std::string hash = "0123456789abcdef0123456789abcdef";

DescribedPlugin described() {
  DescribedPlugin plugin;
  plugin.tests = {{"01_create", "creates", "01_create.cpp", 12, {{"tag", "smoke"}, {"timeout_ms", "5"}}},
                  {"01_create", "reads", "", 0, {}}};
  return plugin;
}

/// The only file of the cache.
fs::path file_in(const fs::path& folder) {
  const std::vector<fs::path> files(fs::directory_iterator(folder), {});
  REQUIRE(files.size() == 1);
  return files[0];
}

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

}  // namespace

TEST_CASE("WhatWasKeptIsFound", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path() / "a" / "b");
  CHECK_FALSE(cache.find(hash, "users"));
  cache.keep(hash, "users", described());
  const auto found = cache.find(hash, "users");
  REQUIRE(found);
  CHECK_FALSE(found->is_dynamic);
  CHECK(found->tests == described().tests);
  file_in(folder.path() / "a" / "b");
}

TEST_CASE("OtherContentAndOtherServicesAreNotFound", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  cache.keep(hash, "users", described());
  CHECK_FALSE(cache.find("f" + hash.substr(1), "users"));
  CHECK_FALSE(cache.find(hash, "orders"));
}

TEST_CASE("LaterDescriptionReplacesTheEarlier", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  cache.keep(hash, "users", described());
  cache.keep(hash, "users", DescribedPlugin());
  REQUIRE(cache.find(hash, "users"));
  CHECK(cache.find(hash, "users")->tests.empty());
  file_in(folder.path());
}

TEST_CASE("FileOfAnotherHostVersionIsNoHit", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  cache.keep(hash, "users", described());
  const fs::path file = file_in(folder.path());
  std::string bytes = content(file);
  const std::string version = std::string(" ") + host_version + " ";
  REQUIRE(bytes.find(version) != std::string::npos);
  write(file, bytes.replace(bytes.find(version), version.size(), " 9.9.9 "));
  CHECK_FALSE(cache.find(hash, "users"));
}

TEST_CASE("FileOfAnotherPluginUnderTheNameIsNoHit", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  cache.keep(hash, "users", described());
  const fs::path file = file_in(folder.path());
  const std::string other = "f" + hash.substr(1);
  cache.keep(other, "users", described());
  fs::rename(folder.path() / (other + "-users"), file);
  CHECK_FALSE(cache.find(hash, "users"));
}

TEST_CASE("FileThatIsTornOrLongerIsNoHit", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  cache.keep(hash, "users", described());
  const fs::path file = file_in(folder.path());
  const std::string bytes = content(file);
  for (size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    write(file, bytes.substr(0, size));
    CHECK_FALSE(cache.find(hash, "users"));
  }
  write(file, bytes + "x");
  CHECK_FALSE(cache.find(hash, "users"));
  write(file, bytes);
  CHECK(cache.find(hash, "users"));
}

TEST_CASE("WhatIsNoFileIsNoHitAndDoesNotBlock", "[describe_cache]") {
  const TemporaryFolder folder;
  const DescribeCache cache(folder.path());
  REQUIRE(::mkfifo((folder.path() / (hash + "-users")).c_str(), 0600) == 0);
  CHECK_FALSE(cache.find(hash, "users"));
  fs::create_directory(folder.path() / (hash + "-orders"));
  CHECK_FALSE(cache.find(hash, "orders"));
}

TEST_CASE("CacheThatCannotBeWrittenIsNoError", "[describe_cache]") {
  const TemporaryFolder folder;
  write(folder.path() / "file", "");
  const DescribeCache cache(folder.path() / "file" / "cache");
  cache.keep(hash, "users", described());
  CHECK_FALSE(cache.find(hash, "users"));
  CHECK(fs::file_size(folder.path() / "file") == 0);
}
