// Where the dynamic loader would find a shared library, without asking it to load anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// What is looked for, and for whom.
struct LibraryQuery {
  std::string name;                    ///< as DT_NEEDED says it
  std::filesystem::path origin;        ///< the folder of the file that needs it: what $ORIGIN means
  std::optional<std::string> runpath;  ///< DT_RUNPATH of that file
  std::optional<std::string> rpath;    ///< DT_RPATH of that file
};

/// What came of it.
struct LibraryAnswer {
  enum class State {
    found,
    missing,
    unknown,  ///< the search paths use $LIB or $PLATFORM, or are too many to be looked at
  };
  State state;
  std::filesystem::path path;  ///< empty unless found
};

/// The places that are looked at.
struct LibraryPlaces {
  std::uint16_t machine = 0;                  ///< EM_*; libraries of others, and 32-bit ones, are passed over
  std::vector<std::filesystem::path> loaded;  ///< files that the process has loaded: these come first
  std::string library_path;                   ///< LD_LIBRARY_PATH
  std::multimap<std::string, std::filesystem::path, std::less<>> cache;  ///< ld.so.cache
  std::vector<std::filesystem::path> default_folders;
};

/// The places of this process, of its environment and machine. Reads /etc/ld.so.cache; a missing or strange
/// one counts as empty.
LibraryPlaces current_library_places();

/// Parses the format "glibc-ld.so.cache1.1" (glibc 2.2 and later, sysdeps/generic/dl-cache.h). Entries that
/// point outside of `bytes` are passed over; other formats give nothing.
std::multimap<std::string, std::filesystem::path, std::less<>> parse_ld_cache(
    std::span<const std::byte> bytes);

/// Looks for one library in the loader's order: loaded files, RPATH (where there is no RUNPATH),
/// LD_LIBRARY_PATH, RUNPATH, cache, default folders. Loads nothing. See ld.so(8).
LibraryAnswer find_library(const LibraryPlaces& places, const LibraryQuery& query);

}  // namespace e2e::host
