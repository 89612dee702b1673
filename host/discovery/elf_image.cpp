#include "discovery/elf_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace e2e::host {
namespace {

constexpr std::size_t kMaxProgramHeaders = 512;

/// The end of [offset, offset + size); the largest number there is if it overflows.
std::uint64_t end_of(std::uint64_t offset, std::uint64_t size) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  return size > kMax - offset ? kMax : offset + size;
}

std::optional<ElfError> check_header(const Elf64_Ehdr& header, std::uint64_t size) {
  if (header.e_ident[EI_VERSION] != EV_CURRENT) return malformed_elf("unknown ELF version");
  if (header.e_phnum > kMaxProgramHeaders) {
    return malformed_elf(
        fmt::format("{} program headers, at most {} are read", header.e_phnum, kMaxProgramHeaders));
  }
  if (header.e_phnum != 0 && header.e_phentsize != sizeof(Elf64_Phdr)) {
    return malformed_elf(
        fmt::format("program headers of {} bytes instead of {}", header.e_phentsize, sizeof(Elf64_Phdr)));
  }
  const std::uint64_t table_end = end_of(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr));
  if (header.e_phnum != 0 && table_end > size) return truncated_elf(size, "header", table_end);
  return std::nullopt;
}

std::optional<ElfError> check_program_headers(const std::vector<Elf64_Phdr>& headers, std::uint64_t size) {
  std::uint64_t needed = 0;
  for (const Elf64_Phdr& header : headers) {
    if (header.p_type == PT_NULL || header.p_filesz == 0) continue;
    needed = std::max(needed, end_of(header.p_offset, header.p_filesz));
    if (header.p_type == PT_LOAD && header.p_filesz > header.p_memsz) {
      return malformed_elf("a segment is larger in the file than in memory");
    }
  }
  if (needed > size) return truncated_elf(size, "program headers", needed);
  return std::nullopt;
}

// The table of section headers is not read, but it is the last thing most linkers write: the only trace of a
// copy that ended just after the last segment.
std::optional<ElfError> check_section_headers(const Elf64_Ehdr& header, std::uint64_t size) {
  if (header.e_shoff == 0) return std::nullopt;
  const std::uint64_t end = end_of(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize);
  if (end > size) return truncated_elf(size, "section headers", end);
  return std::nullopt;
}

}  // namespace

ElfError truncated_elf(std::uint64_t size, std::string_view part, std::uint64_t needed) {
  const bool is_plural = part.ends_with('s');
  return {ElfError::Kind::truncated, fmt::format("the file is truncated: {} byte{}, its {} need{} {}", size,
                                                 size == 1 ? "" : "s", part, is_plural ? "" : "s", needed)};
}

ElfError malformed_elf(std::string_view what) {
  return {ElfError::Kind::malformed, fmt::format("the file is damaged: {}", what)};
}

ElfError unreadable_elf() { return {ElfError::Kind::unreadable, "the file could not be read to its end"}; }

ElfImage::ElfImage(const ElfBytes& bytes, std::vector<Elf64_Phdr> headers)
    : bytes_(&bytes), headers_(std::move(headers)) {}

std::variant<ElfImage, ElfError> ElfImage::read(const ElfBytes& bytes) {
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof(header)) return truncated_elf(bytes.size(), "header", sizeof(header));
  if (!bytes.read_struct(0, header)) return unreadable_elf();
  if (auto error = check_header(header, bytes.size())) return std::move(*error);

  std::vector<Elf64_Phdr> headers(header.e_phnum);
  if (!bytes.read(header.e_phoff, std::as_writable_bytes(std::span(headers))) && header.e_phnum != 0) {
    return unreadable_elf();
  }
  if (auto error = check_program_headers(headers, bytes.size())) return std::move(*error);
  if (auto error = check_section_headers(header, bytes.size())) return std::move(*error);
  return ElfImage(bytes, std::move(headers));
}

std::optional<ElfRegion> ElfImage::at_address(std::uint64_t address) const {
  for (const Elf64_Phdr& header : headers_) {
    if (header.p_type != PT_LOAD || address < header.p_vaddr) continue;
    const std::uint64_t position = address - header.p_vaddr;
    if (position >= header.p_filesz) continue;
    return ElfRegion(*bytes_, header.p_offset + position, header.p_filesz - position);
  }
  return std::nullopt;
}

}  // namespace e2e::host
