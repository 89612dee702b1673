#include <elf.h>
#include <gnu/libc-version.h>

#include <algorithm>
#include <array>

#include "discovery/host_platform.hpp"
#include "discovery/library_search.hpp"
#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;
using State = LibraryAnswer::State;

namespace {

/// Folders a to d; put() makes a library in one of them.
class Machine {
 public:
  Machine() {
    for (const char* name : {"a", "b", "c", "d"}) std::filesystem::create_directory(folder_.path() / name);
    places.machine = HostPlatform::current().identity.machine;
  }

  std::filesystem::path operator/(const char* name) const { return folder_.path() / name; }

  std::filesystem::path put(const char* name) const {
    std::filesystem::copy_file(stub("sound.so"), *this / name);
    return *this / name;
  }

  LibraryAnswer find(std::optional<std::string> runpath = {}, std::optional<std::string> rpath = {}) const {
    return find_library(places, {"libx.so.1", *this / "a", std::move(runpath), std::move(rpath)});
  }

  LibraryPlaces places;

 private:
  TemporaryFolder folder_;
};

struct CacheEntry {
  std::uint32_t flags, name, path, os_version, hwcap[2];
};

std::string cache_bytes(std::uint32_t entry_count, const std::vector<CacheEntry>& entries,
                        std::string_view strings) {
  std::string bytes = "glibc-ld.so.cache1.1";
  const std::uint32_t fields[7] = {entry_count, static_cast<std::uint32_t>(strings.size())};
  bytes.append(reinterpret_cast<const char*>(fields), sizeof(fields));
  bytes.append(reinterpret_cast<const char*>(entries.data()), entries.size() * sizeof(CacheEntry));
  return bytes += strings;
}

auto parse(const std::string& bytes) { return parse_ld_cache(std::as_bytes(std::span(bytes))); }

}  // namespace

TEST_CASE("LibraryNowhereIsMissing", "[library_search]") {
  const Machine machine;
  CHECK(machine.find().state == State::missing);
  CHECK(machine.find("$ORIGIN:/nonexistent", "$ORIGIN").state == State::missing);
}

TEST_CASE("EveryPlaceIsLookedAt", "[library_search]") {
  Machine machine;
  const auto path = machine.put("b/libx.so.1");
  const std::string folder = path.parent_path().string();
  std::optional<std::string> runpath, rpath;
  SECTION("RUNPATH") { runpath = "/nonexistent:" + folder; }
  SECTION("RPATH") { rpath = folder; }
  SECTION("LD_LIBRARY_PATH") { machine.places.library_path = "/nonexistent;" + folder; }
  SECTION("cache") { machine.places.cache.emplace("libx.so.1", path); }
  SECTION("default folders") { machine.places.default_folders = {"/nonexistent", folder}; }
  SECTION("loaded files") { machine.places.loaded = {path}; }
  const LibraryAnswer answer = machine.find(runpath, rpath);
  CHECK(answer.state == State::found);
  CHECK(answer.path == path);
}

TEST_CASE("OriginIsTheFolderOfThePlugin", "[library_search]") {
  const Machine machine;
  const auto path = machine.put("b/libx.so.1");
  const auto runpath = GENERATE(as<std::string>(), "$ORIGIN/../b", "${ORIGIN}/../b");
  const LibraryAnswer answer = machine.find(runpath);
  REQUIRE(answer.state == State::found);
  CHECK(std::filesystem::equivalent(answer.path, path));
}

TEST_CASE("PlacesComeInTheLoadersOrder", "[library_search]") {
  Machine machine;
  const auto a = machine.put("a/libx.so.1");
  const auto b = machine.put("b/libx.so.1");
  const auto c = machine.put("c/libx.so.1");
  const auto d = machine.put("d/libx.so.1");
  const auto folder = [&](const char* name) { return (machine / name).string(); };
  machine.places.default_folders = {folder("d")};
  CHECK(machine.find().path == d);
  machine.places.cache.emplace("libx.so.1", c);
  CHECK(machine.find().path == c);
  CHECK(machine.find(folder("b")).path == b);
  machine.places.library_path = folder("a");
  CHECK(machine.find(folder("b")).path == a);
  CHECK(machine.find({}, folder("b")).path == b);           // RPATH is before LD_LIBRARY_PATH
  CHECK(machine.find(folder("c"), folder("b")).path == a);  // and void where there is a RUNPATH
  machine.places.loaded = {d};
  CHECK(machine.find({}, folder("b")).path == d);
}

TEST_CASE("FilesThatTheLoaderPassesOverAreNoLibraries", "[library_search]") {
  const Machine machine;
  Forgery forgery(stub("sound.so"));
  SECTION("another machine") { forgery.put(EI_NIDENT + 2, std::uint16_t{EM_S390}); }
  SECTION("32 bits") { forgery.put(EI_CLASS, std::uint8_t{ELFCLASS32}); }
  SECTION("a linker script") { forgery.put(0, std::array<char, 6>{'I', 'N', 'P', 'U', 'T', '('}); }
  forgery.write_to(machine / "b/libx.so.1");
  CHECK(machine.find("$ORIGIN/../b").state == State::missing);
  const auto path = machine.put("c/libx.so.1");
  CHECK(machine.find("$ORIGIN/../b:" + (machine / "c").string()).path == path);
}

TEST_CASE("SearchThatCannotBeFollowedIsUndecided", "[library_search]") {
  const Machine machine;
  CHECK(machine.find("/opt/$LIB").state == State::unknown);
  CHECK(machine.find("/opt/${PLATFORM}/x").state == State::unknown);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "/nonexistent:";
  CHECK(machine.find(many).state == State::unknown);
  machine.put("a/libx.so.1");
  CHECK(machine.find("/opt/$LIB:$ORIGIN").state == State::found);
}

TEST_CASE("NameWithASlashIsAPath", "[library_search]") {
  const Machine machine;
  const auto path = machine.put("b/libx.so.1");
  const auto find = [&](const std::string& name) {
    return find_library(machine.places, {name, machine / "a", "$ORIGIN/../b", {}});
  };
  CHECK(find(path.string()).path == path);
  CHECK(find("$ORIGIN/../b/libx.so.1").state == State::found);
  CHECK(find("./libx.so.1").state == State::missing);
}

TEST_CASE("LoaderCacheIsParsed", "[library_search]") {
  const std::string strings("liba.so.1\0/lib/liba.so.1\0", 25);
  const std::uint32_t start = 48 + 2 * sizeof(CacheEntry);
  const CacheEntry entry{0x303, start, start + 10, 0, {}};
  const CacheEntry other{0x003, start, start + 11, 0, {}};  // a path that is not absolute
  const auto cache = parse(cache_bytes(2, {entry, other}, strings));
  REQUIRE(cache.size() == 1);
  CHECK(cache.begin()->first == "liba.so.1");
  CHECK(cache.begin()->second == "/lib/liba.so.1");
}

TEST_CASE("LoaderCacheIsNotTrusted", "[library_search]") {
  const std::string strings("liba.so.1\0/lib/liba.so.1\0", 25);
  const std::uint32_t start = 48 + sizeof(CacheEntry);
  const CacheEntry good{0x303, start, start + 10, 0, {}};
  const std::string whole = cache_bytes(1, {good}, strings);
  REQUIRE(parse(whole).size() == 1);
  CHECK(parse(whole.substr(0, whole.size() - 1)).empty());  // the path has lost its end
  CHECK(parse(whole.substr(0, 60)).empty());
  CHECK(parse(whole.substr(0, 20)).empty());
  CHECK(parse("").empty());
  CHECK(parse("ld.so-1.7.0" + whole).empty());
  CHECK(parse(cache_bytes(1, {{0x303, 0xffff'ffff, start + 10, 0, {}}}, strings)).empty());
  CHECK(parse(cache_bytes(1, {{0x303, start, 0xffff'ffff, 0, {}}}, strings)).empty());
  CHECK(parse(cache_bytes(0xffff'ffff, {good}, strings)).size() <= 2);
}

TEST_CASE("ThisMachineHasALibcAndKnowsItsVersion", "[library_search]") {
  const HostPlatform platform = HostPlatform::current();
  REQUIRE(platform.glibc);
  CHECK(std::string(gnu_get_libc_version()).starts_with(platform.glibc->text()));
  const LibraryAnswer libc = platform.find_library({"libc.so.6", "", {}, {}});
  REQUIRE(libc.state == State::found);
  const auto versions = platform.library_versions(libc.path);
  REQUIRE(versions);
  CHECK(std::find(versions->begin(), versions->end(), "GLIBC_2.17") != versions->end());
  CHECK(platform.find_library({"libmissing.so.1", "", {}, {}}).state == State::missing);
  CHECK(platform.library_versions("/nonexistent") == std::nullopt);
}

TEST_CASE("LibrariesNotYetLoadedAreFoundInTheCacheOfThisMachine", "[library_search]") {
  LibraryPlaces places = current_library_places();
  places.loaded.clear();
  places.default_folders.clear();
  places.library_path.clear();
  CHECK(find_library(places, {"libc.so.6", "", {}, {}}).state == State::found);
}
