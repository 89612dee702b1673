// The dynamic section of an ELF file and the strings it refers to.
#pragma once

#include <elf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "discovery/elf_file.hpp"
#include "discovery/elf_image.hpp"

namespace e2e::host {

/// The entries of PT_DYNAMIC and the dynamic string table. Borrows the ElfBytes.
class ElfDynamic {
 public:
  /// Reads the section, at most 4096 entries of it. Nothing if the file has none, or none with bytes in it,
  /// as files of separate debug information.
  static std::variant<std::optional<ElfDynamic>, ElfError> read(const ElfImage& image);

  /// The value of `tag`, the last one if there are several, as the loader does.
  std::optional<std::uint64_t> value(std::int64_t tag) const;

  /// Reads the string at `offset` of the string table into `out`. An error if it is not there, has no end, or
  /// is longer than 4 KiB.
  std::optional<ElfError> string_at(std::uint64_t offset, std::string& out) const;

  /// Reads the string that `tag` refers to; leaves `out` empty if there is no such entry.
  std::optional<ElfError> read_string(std::int64_t tag, std::optional<std::string>& out) const;

  /// Reads the names of all DT_NEEDED, at most 256, in order.
  std::optional<ElfError> read_needed(std::vector<std::string>& out) const;

 private:
  std::vector<Elf64_Dyn> entries_;
  std::optional<ElfRegion> strings_;
};

}  // namespace e2e::host
