#include "discovery/elf_dynamic.hpp"

#include <string>
#include <vector>

#include "elf_reading.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;

TEST_CASE("NeededLibrariesAndVersionsAreRead", "[elf]") {
  const ElfFile glibc = read_file(Forgery(unloadable("too_new_glibc.so")));
  CHECK(glibc.needed == std::vector<std::string>{"libc.so.6"});
  CHECK(glibc.version_needs == std::vector<ElfVersionNeed>{{"libc.so.6", "GLIBC_2.99", false}});
  const ElfFile library = read_file(Forgery(unloadable("missing_library.so")));
  CHECK(library.needed == std::vector<std::string>{"libmissing.so.1"});
  CHECK(library.version_needs.empty());
}

TEST_CASE("DynamicSectionIsNotTrusted", "[elf]") {
  Forgery forgery(unloadable("missing_library.so"));
  SECTION("strings nowhere") {
    forgery.set_dynamic(DT_STRTAB, 0xffff'ffff'ffff'ff00);
    check_damaged(forgery, "its dynamic strings lie outside of its segments");
  }
  SECTION("strings larger than their segment") {
    forgery.set_dynamic(DT_STRSZ, 0xffff'ffff'ffff'ffff);
    check_damaged(forgery, "its dynamic strings lie outside of its segments");
  }
  SECTION("no strings") {
    forgery.put(forgery.dynamic_entry(DT_STRTAB), std::int64_t{DT_DEBUG});
    check_damaged(forgery, "a name lies outside of its dynamic strings");
  }
  SECTION("name outside of the strings") {
    forgery.set_dynamic(DT_NEEDED, 0xffff'ffff'ffff'fff0);
    check_damaged(forgery, "a name lies outside of its dynamic strings");
  }
  SECTION("name without end") {
    const auto name = forgery.get<Elf64_Dyn>(forgery.dynamic_entry(DT_NEEDED)).d_un.d_val;
    forgery.set_dynamic(DT_STRSZ, name + 5);
    check_damaged(forgery, "a name is longer than 4096 bytes");
  }
  SECTION("two sections") {
    const auto section = forgery.get<Elf64_Phdr>(forgery.header(PT_DYNAMIC));
    forgery.put(forgery.header(PT_GNU_STACK), section);
    check_damaged(forgery, "it has more than one dynamic section");
  }
  SECTION("256 libraries") {
    forgery.replace_dynamic(std::vector<Elf64_Dyn>(256, {DT_NEEDED, {1}}), {DT_STRTAB, DT_STRSZ});
    CHECK(read_file(forgery).needed.size() == 256);
  }
  SECTION("257 libraries") {
    forgery.replace_dynamic(std::vector<Elf64_Dyn>(257, {DT_NEEDED, {1}}), {DT_STRTAB, DT_STRSZ});
    check_damaged(forgery, "it needs more than 256 libraries");
  }
  SECTION("more than 4096 entries") {
    forgery.replace_dynamic(std::vector<Elf64_Dyn>(5000, {DT_DEBUG, {0}}), {});
    check_damaged(forgery, "its dynamic section has more than 4096 entries");
  }
  SECTION("RUNPATH and RPATH") {
    const auto name = forgery.get<Elf64_Dyn>(forgery.dynamic_entry(DT_NEEDED)).d_un.d_val;
    forgery.replace_dynamic({{DT_RUNPATH, {name}}, {DT_RPATH, {0}}}, {DT_STRTAB, DT_STRSZ});
    const ElfFile file = read_file(forgery);
    CHECK(file.runpath == "libmissing.so.1");
    CHECK(file.rpath == "");
  }
}
