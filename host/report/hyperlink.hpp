#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace e2e::host {

/// The text as a link to a file, for a terminal: OSC 8, see
/// https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda. The text must be safe to show already;
/// the path may be any bytes, and is absolute.
std::string file_link(std::string_view text, const std::filesystem::path& path);

}  // namespace e2e::host
