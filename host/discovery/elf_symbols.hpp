// Looking up one symbol of an ELF file as the loader would.
#pragma once

#include <string_view>

#include "discovery/elf_dynamic.hpp"
#include "discovery/elf_file.hpp"
#include "discovery/elf_image.hpp"

namespace e2e::host {

/// Whether the file exports a function `name` to other objects. Looks it up through DT_GNU_HASH, else
/// DT_HASH, in a bounded number of steps; `unknown` if there is neither, or the tables make no sense.
ElfExport find_exported_function(const ElfImage& image, const ElfDynamic& dynamic, std::string_view name);

}  // namespace e2e::host
