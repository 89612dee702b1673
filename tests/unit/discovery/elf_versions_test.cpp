#include "discovery/elf_versions.hpp"

#include <algorithm>
#include <vector>

#include "discovery/host_platform.hpp"
#include "elf_reading.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;

TEST_CASE("SymbolVersionsAreNotTrusted", "[elf]") {
  Forgery forgery(unloadable("too_new_glibc.so"));
  const std::uint64_t table = forgery.target_of(DT_VERNEED);
  auto library = forgery.get<Elf64_Verneed>(table);
  const std::uint64_t first = table + library.vn_aux;
  SECTION("too many libraries") {
    forgery.set_dynamic(DT_VERNEEDNUM, 0xffff'ffff'ffff);
    check_damaged(forgery, "it has more than 4096 symbol versions");
  }
  SECTION("nowhere") {
    forgery.set_dynamic(DT_VERNEED, 0x7fff'ffff'0000);
    check_damaged(forgery, "its table of needed symbol versions reaches beyond its segment");
  }
  SECTION("another format") {
    library.vn_version = 2;
    forgery.put(table, library);
    check_damaged(forgery, "unknown format of needed symbol versions");
  }
  SECTION("versions beyond the segment") {
    library.vn_aux = 0xffff'ffff;
    forgery.put(table, library);
    check_damaged(forgery, "its table of needed symbol versions reaches beyond its segment");
  }
  SECTION("a name that is none") {
    auto version = forgery.get<Elf64_Vernaux>(first);
    version.vna_name = 0xffff'ffff;
    forgery.put(first, version);
    check_damaged(forgery, "a name lies outside of its dynamic strings");
  }
  SECTION("a list that goes on without end") {
    library.vn_cnt = 0xffff;
    forgery.put(table, library);
    auto version = forgery.get<Elf64_Vernaux>(first);
    version.vna_next = 0xffff'ff00;
    forgery.put(first, version);
    check_damaged(forgery, "its table of needed symbol versions reaches beyond its segment");
  }
  SECTION("weak") {
    auto version = forgery.get<Elf64_Vernaux>(first);
    version.vna_flags = VER_FLG_WEAK;
    forgery.put(first, version);
    CHECK(read_file(forgery).version_needs == std::vector<ElfVersionNeed>{{"libc.so.6", "GLIBC_2.99", true}});
  }
}

TEST_CASE("MoreThan4096SymbolVersionsAreRefused", "[elf]") {
  Forgery forgery(unloadable("too_new_glibc.so"));
  forgery.strip_sections();
  // A second table, in the bytes after the last segment, which is made to reach there.
  const auto count = GENERATE(4096, 4097);
  const auto old_library = forgery.get<Elf64_Verneed>(forgery.target_of(DT_VERNEED));
  auto version = forgery.get<Elf64_Vernaux>(forgery.target_of(DT_VERNEED) + old_library.vn_aux);
  version.vna_next = sizeof(Elf64_Vernaux);
  const std::uint64_t start = (forgery.bytes.size() + 7) / 8 * 8;
  forgery.bytes.resize(start + sizeof(Elf64_Verneed) + static_cast<std::size_t>(count) * sizeof(version));
  const Elf64_Verneed library{VER_NEED_CURRENT, static_cast<Elf64_Half>(count), old_library.vn_file,
                              sizeof(Elf64_Verneed), 0};
  forgery.put(start, library);
  for (int i = 0; i < count; ++i) {
    forgery.put(start + sizeof(library) + static_cast<std::size_t>(i) * sizeof(version), version);
  }
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_offset = start;
  segment.p_vaddr = 0x1000'0000;
  segment.p_filesz = segment.p_memsz = forgery.bytes.size() - start;
  forgery.put(forgery.header(PT_GNU_STACK), segment);
  forgery.set_dynamic(DT_VERNEED, segment.p_vaddr);

  if (count == 4096) {
    CHECK(read_file(forgery).version_needs.size() == 4096);
  } else {
    check_damaged(forgery, "it has more than 4096 symbol versions");
  }
}

TEST_CASE("DefinedVersionsOfTheCppLibraryAreRead", "[elf]") {
  const HostPlatform platform = HostPlatform::current();
  const LibraryAnswer library = platform.find_library({"libstdc++.so.6", "", {}, {}});
  REQUIRE(library.state == LibraryAnswer::State::found);
  const auto versions = platform.library_versions(library.path);
  REQUIRE(versions);
  CHECK(std::find(versions->begin(), versions->end(), "GLIBCXX_3.4") != versions->end());
  CHECK(std::find(versions->begin(), versions->end(), "CXXABI_1.3") != versions->end());
  CHECK(std::find(versions->begin(), versions->end(), "libstdc++.so.6") == versions->end());
}
