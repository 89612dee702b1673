// The notes of an ELF file.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "discovery/elf_file.hpp"
#include "discovery/elf_image.hpp"

namespace e2e::host {

/// The notes that matter here.
struct ElfNotes {
  std::string build_id;                       ///< lower-case hex; empty if there is none
  std::optional<std::string> e2e_descriptor;  ///< of the note "e2e" of type 1, unchecked
};

/// Reads the PT_NOTE segments, at most 64 KiB of them together. A second e2e note is an error.
std::variant<ElfNotes, ElfError> read_elf_notes(const ElfImage& image);

}  // namespace e2e::host
