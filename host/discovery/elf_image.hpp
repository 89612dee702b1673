// The program headers of an ELF file, and the way from an address to the file's bytes.
#pragma once

#include <elf.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "discovery/elf_bytes.hpp"
#include "discovery/elf_file.hpp"

namespace e2e::host {

/// The error for a file of `size` bytes whose `part` ("program headers") needs it to have `needed`.
ElfError truncated_elf(std::uint64_t size, std::string_view part, std::uint64_t needed);

/// The error for a file that contradicts itself; `what` as "its notes are larger than 64 KiB".
ElfError malformed_elf(std::string_view what);

/// The error for bytes that are there by all accounts, yet could not be read.
ElfError unreadable_elf();

/// A run of a file's bytes that is known to lie within the file. Borrows the ElfBytes.
class ElfRegion {
 public:
  /// `offset` and `size` must lie within `bytes`.
  ElfRegion(const ElfBytes& bytes, std::uint64_t offset, std::uint64_t size)
      : bytes_(&bytes), offset_(offset), size_(size) {}

  std::uint64_t size() const { return size_; }

  /// The same start, at most `size` bytes.
  ElfRegion first(std::uint64_t size) const { return {*bytes_, offset_, size < size_ ? size : size_}; }

  /// Fills all of `out` from `position` on; false if that reaches beyond the region or could not be read.
  bool read(std::uint64_t position, std::span<std::byte> out) const {
    return position <= size_ && out.size() <= size_ - position && bytes_->read(offset_ + position, out);
  }

  /// Fills one plain struct; false as read().
  template <class T>
  bool read_struct(std::uint64_t position, T& out) const {
    return position <= size_ && sizeof(T) <= size_ - position && bytes_->read_struct(offset_ + position, out);
  }

 private:
  const ElfBytes* bytes_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

/// The checked program headers of a 64-bit little-endian file. Borrows the ElfBytes.
class ElfImage {
 public:
  /// Reads the headers. Afterwards everything that they point at lies within the file. A section header table
  /// that the file speaks of but does not have is a truncated file too; one that is not spoken of is not
  /// missed.
  static std::variant<ElfImage, ElfError> read(const ElfBytes& bytes);

  const std::vector<Elf64_Phdr>& program_headers() const { return headers_; }

  /// The bytes in the file that `header`, one of program_headers(), stands for.
  ElfRegion contents(const Elf64_Phdr& header) const { return {*bytes_, header.p_offset, header.p_filesz}; }

  /// The bytes that will be found at `address`, up to the end of their segment; nothing if no segment brings
  /// it from the file.
  std::optional<ElfRegion> at_address(std::uint64_t address) const;

 private:
  ElfImage(const ElfBytes& bytes, std::vector<Elf64_Phdr> headers);

  const ElfBytes* bytes_;
  std::vector<Elf64_Phdr> headers_;
};

}  // namespace e2e::host
