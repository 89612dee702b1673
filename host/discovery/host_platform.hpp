// The platform that plugins are held against.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/elf_file.hpp"
#include "discovery/library_search.hpp"
#include "discovery/plugin_note.hpp"

namespace e2e::host {

/// A version of glibc, as "2.36".
struct GlibcVersion {
  unsigned major = 0;
  unsigned minor = 0;

  std::string text() const;
  auto operator<=>(const GlibcVersion&) const = default;
};

/// The version in "2.36" or "2.36.9000"; nothing if `text` does not start with one.
std::optional<GlibcVersion> parse_glibc_version(std::string_view text);

/// This host and its machine, as far as it matters to whether a plugin can be loaded. A value: tests make
/// their own. The functions may be called from several threads at once.
struct HostPlatform {
  ElfIdentity identity;                 ///< of a shared library that can be loaded
  std::optional<GlibcVersion> glibc;    ///< nothing: another C library
  AbiVersion abi;                       ///< the plugin ABI offered
  std::vector<std::string> sanitizers;  ///< the host was built with: of "address", "thread", "memory"

  /// Where the loader would find a library.
  std::function<LibraryAnswer(const LibraryQuery&)> find_library;

  /// The symbol versions that the library at a path defines; nothing if that can't be told.
  std::function<std::optional<std::vector<std::string>>(const std::filesystem::path&)> library_versions;

  /// The real one: gnu_get_libc_version(), the loaded libraries, LD_LIBRARY_PATH, ld.so.cache and the default
  /// folders, as they are at the time of this call.
  static HostPlatform current();
};

}  // namespace e2e::host
