// A plugin's file, read without loading it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "discovery/host_platform.hpp"
#include "discovery/plugin_compatibility.hpp"
#include "discovery/plugin_note.hpp"

namespace e2e::host {

/// A plugin that, as far as its file tells, can be loaded.
struct PluginFile {
  std::filesystem::path path;       ///< as it was given
  PluginNote note;                  ///< id, service, version, abi, ...
  std::string build_id;             ///< lower-case hex; empty if it has none
  std::vector<std::string> needed;  ///< the libraries it is linked against, each plain text
  std::string content_hash;         ///< XXH3-128 of the file, 32 lower-case hex digits
  std::uint64_t size = 0;           ///< in bytes
  std::int64_t mtime_unix_ns = 0;   ///< when it was last changed
};

/// A readable file without the e2e note: a library, program or text of somebody else's. Passed over in a
/// scanned folder, an error where it was named.
struct NotAPlugin {
  std::filesystem::path path;
  std::string sentence;  ///< path first: "libz.so: not a plugin: it has no e2e note; ..."
};

using PluginFileResult = std::variant<PluginFile, NotAPlugin, Refusal>;

/// Reads the file at `path` and holds it against `platform`. Runs none of its code, loads and maps nothing,
/// and reads every byte once for the hash. Throws nothing but std::bad_alloc.
PluginFileResult read_plugin_file(const std::filesystem::path& path, const HostPlatform& platform);

}  // namespace e2e::host
