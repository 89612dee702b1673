#include "discovery/elf_file.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <type_traits>

#include "discovery/host_platform.hpp"
#include "elf_reading.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;
using Kind = ElfError::Kind;

namespace {

class FailingBytes final : public ElfBytes {
 public:
  FailingBytes(const Forgery& forgery, std::uint64_t good_bytes)
      : bytes_(forgery.bytes), good_bytes_(good_bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  bool read(std::uint64_t offset, std::span<std::byte> out) const override {
    return offset + out.size() <= good_bytes_ && bytes_.read(offset, out);
  }

 private:
  SpanBytes bytes_;
  std::uint64_t good_bytes_;
};

}  // namespace

TEST_CASE("SoundPluginIsReadWhole", "[elf]") {
  const auto name = GENERATE("sound.so", "sound_sysv_hash.so");
  INFO(name);
  const ElfFile file = read_file(Forgery(stub(name)));
  CHECK(file.identity.is_64_bit);
  CHECK(file.identity.is_little_endian);
  CHECK(file.identity.machine == HostPlatform::current().identity.machine);
  CHECK(file.identity.type == ET_DYN);
  CHECK(file.build_id.size() == 40);
  CHECK(file.build_id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(file.e2e_note == "abi=1.0\nid=sound\nversion=1.2.3\nservice=*\nsanitizer=none\n");
  CHECK(file.is_dynamic);
  CHECK(file.runpath == std::nullopt);
  CHECK(file.rpath == std::nullopt);
  CHECK(file.version_needs.size() <= 1);  // some toolchains add a weak __cxa_finalize of libc
  CHECK(file.entry == ElfExport::yes);
}

TEST_CASE("MissingSectionHeadersChangeNothing", "[elf]") {
  Forgery forgery(stub("sound.so"));
  const ElfFile whole = read_file(forgery);
  forgery.strip_sections();
  const ElfFile stripped = read_file(forgery);
  CHECK(stripped.e2e_note == whole.e2e_note);
  CHECK(stripped.build_id == whole.build_id);
  CHECK(stripped.entry == ElfExport::yes);
}

TEST_CASE("FileTruncatedAnywhereIsNeverAccepted", "[elf]") {
  const Forgery whole(stub("sound.so"));
  for (std::size_t size = 0; size < whole.bytes.size(); size += size < 4096 ? 1 : 61) {
    INFO(size);
    const auto result = read_elf(SpanBytes(std::span(whole.bytes).first(size)));
    REQUIRE(std::holds_alternative<ElfError>(result));
    const Kind expected = size < SELFMAG ? Kind::not_elf : Kind::truncated;
    REQUIRE(std::get<ElfError>(result).kind == expected);
  }
}

TEST_CASE("StrippedFileTruncatedAnywhereIsNeverAccepted", "[elf]") {
  Forgery whole(stub("sound.so"));
  whole.strip_sections();
  for (std::size_t size = 0; size < whole.bytes.size(); size += size < 4096 ? 1 : 61) {
    INFO(size);
    const auto result = read_elf(SpanBytes(std::span(whole.bytes).first(size)));
    REQUIRE(std::holds_alternative<ElfError>(result));
  }
}

TEST_CASE("TruncationNamesBothSizes", "[elf]") {
  Forgery forgery(stub("sound.so"));
  forgery.strip_sections();
  const std::size_t needed = forgery.bytes.size();
  forgery.bytes.pop_back();
  CHECK(error_of(forgery).sentence == "the file is truncated: " + std::to_string(needed - 1) +
                                          " bytes, its program headers need " + std::to_string(needed));
}

TEST_CASE("FileThatCannotBeReadIsNotCalledDamaged", "[elf]") {
  const Forgery forgery(stub("sound.so"));
  const auto good_bytes =
      GENERATE(std::uint64_t{0}, std::uint64_t{20}, std::uint64_t{64}, std::uint64_t{0x300});
  const auto result = read_elf(FailingBytes(forgery, good_bytes));
  REQUIRE(std::holds_alternative<ElfError>(result));
  CHECK(std::get<ElfError>(result).kind == Kind::unreadable);
}

TEST_CASE("OtherFilesAreNotElf", "[elf]") {
  const auto text = GENERATE(as<std::string>(), "", "\x7f",
                             "\x7f"
                             "EL",
                             "#!/bin/sh\necho hello, world\n");
  const auto result = read_elf(SpanBytes(std::as_bytes(std::span(text))));
  REQUIRE(std::holds_alternative<ElfError>(result));
  CHECK(std::get<ElfError>(result).kind == Kind::not_elf);
}

TEST_CASE("OtherPlatformsAreRecognised", "[elf]") {
  Forgery forgery(stub("sound.so"));
  const auto identity_of = [&](unsigned char elf_class, unsigned char order, std::uint16_t machine) {
    forgery.put(EI_CLASS, elf_class);
    forgery.put(EI_DATA, order);
    const bool is_swapped = order == ELFDATA2MSB;
    forgery.put(EI_NIDENT + 2,
                static_cast<std::uint16_t>(is_swapped ? machine << 8 | machine >> 8 : machine));
    return std::get<ElfIdentity>(read_elf_identity(SpanBytes(forgery.bytes)));
  };
  CHECK(platform_name(identity_of(ELFCLASS64, ELFDATA2LSB, EM_X86_64)) == "x86_64");
  CHECK(platform_name(identity_of(ELFCLASS32, ELFDATA2LSB, EM_X86_64)) == "x32");
  CHECK(platform_name(identity_of(ELFCLASS64, ELFDATA2LSB, EM_AARCH64)) == "aarch64");
  CHECK(platform_name(identity_of(ELFCLASS64, ELFDATA2LSB, 999)) == "machine 999");
  CHECK(platform_name(identity_of(ELFCLASS32, ELFDATA2LSB, EM_386)) == "i386");
  CHECK(error_of(forgery).kind == Kind::unsupported);
  CHECK(platform_name(identity_of(ELFCLASS64, ELFDATA2MSB, EM_S390)) == "s390x");
  CHECK(error_of(forgery).kind == Kind::unsupported);

  forgery.put(EI_CLASS, std::uint8_t{3});
  check_damaged(forgery, "unknown class 3");
  forgery.put(EI_CLASS, std::uint8_t{ELFCLASS64});
  forgery.put(EI_DATA, std::uint8_t{0});
  check_damaged(forgery, "unknown byte order 0");
}

TEST_CASE("ProgramHeadersAreNotTrusted", "[elf]") {
  Forgery forgery(stub("sound.so"));
  const auto with_header = [&](auto field, auto value) {
    auto header = forgery.get<Elf64_Ehdr>(0);
    header.*field = static_cast<std::remove_reference_t<decltype(header.*field)>>(value);
    forgery.put(0, header);
  };
  constexpr std::uint64_t kHuge = 0xffff'ffff'ffff'fff0;
  SECTION("count of 513") {
    with_header(&Elf64_Ehdr::e_phnum, 513);
    check_damaged(forgery, "513 program headers, at most 512 are read");
  }
  SECTION("count of 65535") {
    with_header(&Elf64_Ehdr::e_phnum, 0xffff);
    check_damaged(forgery, "65535 program headers, at most 512 are read");
  }
  SECTION("another size") {
    with_header(&Elf64_Ehdr::e_phentsize, 32);
    check_damaged(forgery, "program headers of 32 bytes instead of 56");
  }
  SECTION("table whose end overflows") {
    with_header(&Elf64_Ehdr::e_phoff, kHuge);
    CHECK(error_of(forgery).kind == Kind::truncated);
  }
  SECTION("section headers whose end overflows") {
    with_header(&Elf64_Ehdr::e_shoff, kHuge);
    CHECK(error_of(forgery).kind == Kind::truncated);
  }
  SECTION("segment whose end overflows") {
    const auto type = GENERATE(as<std::uint32_t>(), PT_LOAD, PT_NOTE, PT_DYNAMIC);
    forgery.set_header(type, &Elf64_Phdr::p_offset, kHuge);
    CHECK(error_of(forgery).kind == Kind::truncated);
  }
  SECTION("segment of a huge size") {
    const auto type = GENERATE(as<std::uint32_t>(), PT_NOTE, PT_DYNAMIC);
    forgery.set_header(type, &Elf64_Phdr::p_filesz, 0xffff'ffff'ffff'ffff);
    CHECK(error_of(forgery).kind == Kind::truncated);
  }
  SECTION("segment larger in the file than in memory") {
    forgery.set_header(PT_LOAD, &Elf64_Phdr::p_memsz, 1);
    check_damaged(forgery, "a segment is larger in the file than in memory");
  }
  SECTION("none at all") {
    with_header(&Elf64_Ehdr::e_phnum, 0);
    const ElfFile file = read_file(forgery);
    CHECK_FALSE(file.is_dynamic);
    CHECK(file.e2e_note == std::nullopt);
  }
}

TEST_CASE("RandomDamageIsSurvivedWithinTheLimits", "[elf]") {
  const auto name = GENERATE("too_new_glibc.so", "throwing_constructor.so");
  const Forgery original(unloadable(name));
  const std::uint64_t dynamic = original.get<Elf64_Phdr>(original.header(PT_DYNAMIC)).p_offset;
  std::mt19937 random(20240229);  // the same damage at every run
  unsigned accepted = 0;
  constexpr unsigned kRounds = 20'000;
  for (unsigned round = 0; round < kRounds; ++round) {
    Forgery forgery = original;
    for (unsigned i = random() % 6; i < 6; ++i) {
      const std::size_t place = random() % 2 ? random() % 2048 : dynamic + random() % 512;
      forgery.bytes[std::min(place, forgery.bytes.size() - 1)] = static_cast<std::byte>(random());
    }
    const auto result = read(forgery);
    if (const auto* error = std::get_if<ElfError>(&result)) {
      REQUIRE_FALSE(error->sentence.empty());
      REQUIRE(error->kind != Kind::unreadable);
    } else {
      const auto& file = std::get<ElfFile>(result);
      ++accepted;
      REQUIRE(file.needed.size() <= 256);
      REQUIRE(file.version_needs.size() <= 4096);
      REQUIRE(file.build_id.size() <= 128);
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < kRounds);
}
