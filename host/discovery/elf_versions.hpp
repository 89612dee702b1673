// Symbol versions: those that an ELF file needs of its libraries, and those that it defines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discovery/elf_dynamic.hpp"
#include "discovery/elf_file.hpp"
#include "discovery/elf_image.hpp"

namespace e2e::host {

/// Reads DT_VERNEED, at most 4096 versions, in the order of the file. Leaves `out` empty if there is none.
std::optional<ElfError> read_version_needs(const ElfImage& image, const ElfDynamic& dynamic,
                                           std::vector<ElfVersionNeed>& out);

/// Reads the names in DT_VERDEF, at most 4096, without the base version, which is the library's own name.
std::optional<ElfError> read_defined_versions(const ElfImage& image, const ElfDynamic& dynamic,
                                              std::vector<std::string>& out);

}  // namespace e2e::host
