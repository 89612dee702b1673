#include "discovery/elf_symbols.hpp"

#include <cstring>
#include <string>

#include "e2e/abi.h"
#include "elf_reading.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;

TEST_CASE("EntryMayBeMissing", "[elf]") {
  CHECK(read_file(Forgery(unloadable("no_entry.so"))).entry == ElfExport::no);
  const ElfFile other = read_file(Forgery(unloadable("not_a_plugin.so")));
  CHECK(other.entry == ElfExport::no);
  CHECK(other.e2e_note == std::nullopt);
}

TEST_CASE("EntryThatIsDataOrHiddenIsNone", "[elf]") {
  Forgery forgery(stub("sound.so"));
  const std::uint64_t symbols = forgery.target_of(DT_SYMTAB);
  const std::uint64_t strings = forgery.target_of(DT_STRTAB);
  std::uint64_t at = symbols + sizeof(Elf64_Sym);
  const auto name_at = [&](std::uint64_t symbol) {
    const std::uint64_t name = strings + forgery.get<Elf64_Sym>(symbol).st_name;
    return std::string(reinterpret_cast<const char*>(&forgery.bytes[name]));
  };
  while (name_at(at) != E2E_PLUGIN_ENTRY) at += sizeof(Elf64_Sym);

  const auto original = forgery.get<Elf64_Sym>(at);
  Elf64_Sym changed = original;
  SECTION("data") { changed.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT); }
  SECTION("local") { changed.st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC); }
  SECTION("hidden") { changed.st_other = STV_HIDDEN; }
  SECTION("undefined") { changed.st_shndx = SHN_UNDEF; }
  REQUIRE(std::memcmp(&changed, &original, sizeof(changed)) != 0);
  forgery.put(at, changed);
  CHECK(read_file(forgery).entry == ElfExport::no);
}

TEST_CASE("EntryIsUnknownWhereTheHashTableMakesNoSense", "[elf]") {
  Forgery forgery(stub("sound.so"));
  const std::uint64_t table = forgery.target_of(DT_GNU_HASH);
  SECTION("no buckets") { forgery.put(table, std::uint32_t{0}); }
  SECTION("more buckets than bytes") {
    forgery.put(table, std::uint32_t{0xffffffff});
    forgery.put(table + 8, std::uint32_t{0xffffffff});
  }
  SECTION("bucket before the first symbol") { forgery.put(table + 4, std::uint32_t{0xffffffff}); }
  SECTION("table nowhere") { forgery.set_dynamic(DT_GNU_HASH, 0xffff'ffff'ffff'fff0); }
  SECTION("symbols nowhere") { forgery.set_dynamic(DT_SYMTAB, 0x7fff'ffff'0000); }
  SECTION("symbols of another size") { forgery.set_dynamic(DT_SYMENT, 16); }
  SECTION("no table") { forgery.put(forgery.dynamic_entry(DT_GNU_HASH), std::int64_t{DT_DEBUG}); }
  CHECK(read_file(forgery).entry == ElfExport::unknown);
}

TEST_CASE("EntryIsUnknownWhereASysvChainIsALoop", "[elf]") {
  Forgery forgery(stub("sound_sysv_hash.so"));
  const std::uint64_t table = forgery.target_of(DT_HASH);
  const auto buckets = forgery.get<std::uint32_t>(table);
  const auto chains = forgery.get<std::uint32_t>(table + 4);
  REQUIRE(chains > 1);
  // Every bucket leads to symbol 1, another one than the entry, whose chain leads to itself.
  forgery.put(forgery.target_of(DT_SYMTAB) + sizeof(Elf64_Sym), Elf64_Sym{});
  for (std::uint32_t i = 0; i < buckets; ++i) forgery.put(table + 8 + 4 * i, std::uint32_t{1});
  forgery.put(table + 8 + 4 * (buckets + 1), std::uint32_t{1});
  CHECK(read_file(forgery).entry == ElfExport::unknown);
}
