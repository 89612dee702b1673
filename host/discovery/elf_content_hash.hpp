// The name under which what is known of a plugin file is cached.
#pragma once

#include <optional>
#include <string>

#include "discovery/elf_bytes.hpp"

namespace e2e::host {

/// The XXH3-128 of all bytes, as 32 lower-case hexadecimal digits in canonical order (what `xxh128sum`
/// prints). Tells versions of a file apart; no protection against forgery. Nothing if the bytes could not be
/// read.
std::optional<std::string> content_hash(const ElfBytes& bytes);

}  // namespace e2e::host
