#pragma once

#include <cstdint>
#include <filesystem>

namespace e2e::host {

/// Gives the content of a regular file another name, in place of what has it: by a hard link, or where that
/// can't be by a copy of at most `max_copied_bytes`, which are counted down. False: it is no regular file,
/// too large, or can't be read or written. A symbolic link is none.
bool link_or_copy(const std::filesystem::path& source, const std::filesystem::path& target,
                  uint64_t& max_copied_bytes);

}  // namespace e2e::host
