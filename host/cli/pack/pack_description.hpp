#pragma once

#include <filesystem>
#include <string>

#include "base/json_text.hpp"

namespace e2e::host {

/// Whether the file begins as packs do, in zstd; false where it can't be read.
bool is_pack_file(const std::filesystem::path& file);

/// Adds what a pack is to the text and to the JSON array, having checked all of it by the user's trusted
/// keys. Runs nothing of it. Throws Fatal(infrastructure).
void add_pack_description(const std::filesystem::path& file, std::string& text, JsonText& json);

}  // namespace e2e::host
