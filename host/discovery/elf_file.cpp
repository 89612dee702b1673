#include "discovery/elf_file.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "discovery/elf_dynamic.hpp"
#include "discovery/elf_image.hpp"
#include "discovery/elf_notes.hpp"
#include "discovery/elf_symbols.hpp"
#include "discovery/elf_versions.hpp"
#include "e2e/abi.h"

namespace e2e::host {
namespace {

static_assert(std::endian::native == std::endian::little, "fields are copied as they are in the file");

std::optional<ElfError> read_dynamic_part(const ElfImage& image, ElfFile& file) {
  auto section = ElfDynamic::read(image);
  if (auto* error = std::get_if<ElfError>(&section)) return std::move(*error);
  const auto& dynamic = std::get<std::optional<ElfDynamic>>(section);
  if (!dynamic) return std::nullopt;

  file.is_dynamic = true;
  if (auto error = dynamic->read_needed(file.needed)) return error;
  if (auto error = dynamic->read_string(DT_RUNPATH, file.runpath)) return error;
  if (auto error = dynamic->read_string(DT_RPATH, file.rpath)) return error;
  if (auto error = read_version_needs(image, *dynamic, file.version_needs)) return error;
  if (auto error = read_defined_versions(image, *dynamic, file.defined_versions)) return error;
  file.entry = find_exported_function(image, *dynamic, E2E_PLUGIN_ENTRY);
  return std::nullopt;
}

}  // namespace

std::variant<ElfIdentity, ElfError> read_elf_identity(const ElfBytes& bytes) {
  std::array<unsigned char, EI_NIDENT + 4> start{};
  if (bytes.size() < SELFMAG) return ElfError{ElfError::Kind::not_elf, "is not an ELF file"};
  if (bytes.size() < start.size()) {
    std::array<char, SELFMAG> magic{};
    if (!bytes.read_struct(0, magic)) return unreadable_elf();
    if (std::memcmp(magic.data(), ELFMAG, SELFMAG) != 0) {
      return ElfError{ElfError::Kind::not_elf, "is not an ELF file"};
    }
    return truncated_elf(bytes.size(), "header", sizeof(Elf64_Ehdr));
  }
  if (!bytes.read_struct(0, start)) return unreadable_elf();
  if (std::memcmp(start.data(), ELFMAG, SELFMAG) != 0) {
    return ElfError{ElfError::Kind::not_elf, "is not an ELF file"};
  }

  const unsigned elf_class = start[EI_CLASS];
  const unsigned order = start[EI_DATA];
  if (elf_class != ELFCLASS32 && elf_class != ELFCLASS64) {
    return malformed_elf(fmt::format("unknown class {}", elf_class));
  }
  if (order != ELFDATA2LSB && order != ELFDATA2MSB) {
    return malformed_elf(fmt::format("unknown byte order {}", order));
  }
  const bool is_little = order == ELFDATA2LSB;
  const auto half = [&](std::size_t at) {
    const unsigned low = start[is_little ? at : at + 1];
    const unsigned high = start[is_little ? at + 1 : at];
    return static_cast<std::uint16_t>(high << 8 | low);
  };
  return ElfIdentity{elf_class == ELFCLASS64, is_little, half(EI_NIDENT + 2), half(EI_NIDENT)};
}

std::variant<ElfFile, ElfError> read_elf(const ElfBytes& bytes) {
  auto identity = read_elf_identity(bytes);
  if (auto* error = std::get_if<ElfError>(&identity)) return std::move(*error);
  ElfFile file;
  file.identity = std::get<ElfIdentity>(identity);
  if (!file.identity.is_64_bit || !file.identity.is_little_endian) {
    return ElfError{ElfError::Kind::unsupported, "only 64-bit little-endian ELF files can be read"};
  }

  auto image = ElfImage::read(bytes);
  if (auto* error = std::get_if<ElfError>(&image)) return std::move(*error);
  auto notes = read_elf_notes(std::get<ElfImage>(image));
  if (auto* error = std::get_if<ElfError>(&notes)) return std::move(*error);
  file.build_id = std::move(std::get<ElfNotes>(notes).build_id);
  file.e2e_note = std::move(std::get<ElfNotes>(notes).e2e_descriptor);
  if (auto error = read_dynamic_part(std::get<ElfImage>(image), file)) return std::move(*error);
  return file;
}

std::string platform_name(const ElfIdentity& identity) {
  const bool is_wide = identity.is_64_bit;
  const bool is_little = identity.is_little_endian;
  switch (identity.machine) {
    case EM_X86_64:
      return is_wide ? "x86_64" : "x32";
    case EM_AARCH64:
      return is_little ? (is_wide ? "aarch64" : "aarch64 (32-bit)") : "aarch64_be";
    case EM_386:
      return "i386";
    case EM_ARM:
      return is_little ? "arm" : "armeb";
    case EM_RISCV:
      return is_wide ? "riscv64" : "riscv32";
    case EM_PPC64:
      return is_little ? "ppc64le" : "ppc64";
    case EM_PPC:
      return "ppc";
    case EM_S390:
      return is_wide ? "s390x" : "s390";
    case EM_MIPS:
      return fmt::format("mips{}{}", is_wide ? "64" : "", is_little ? "el" : "");
    case EM_SPARCV9:
      return "sparc64";
    case 258:
      return is_wide ? "loongarch64" : "loongarch32";  // EM_LOONGARCH, newer than some elf.h
    default:
      return fmt::format("machine {}", identity.machine);
  }
}

}  // namespace e2e::host
