#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "discovery/catalog.hpp"

namespace e2e::host {

/// A NAME that says where tests are written: `FILE.cpp` or `FILE.cpp:LINE`, as people type it or an editor
/// hands it over.
struct SourceName {
  std::filesystem::path file;
  uint32_t line = 0;  ///< 0: all tests of the file
};

/// The NAME as a place in a source file: it has a source file's ending (.cpp, .cc, .cxx, .c++, .h, .hpp,
/// .hh), with or without :LINE or :LINE:COLUMN. nullopt: it is none.
std::optional<SourceName> parse_source_name(const std::string& word);

/// True if `typed` is the file that a plugin recorded as `recorded`: the same path, or the end of it, or,
/// seen from `folder` (absolute; empty: from nowhere), a path that ends as the recorded one.
bool is_same_source(const std::filesystem::path& typed, const std::filesystem::path& recorded,
                    const std::filesystem::path& folder);

/// The tests that a place means, as ascending indices: all of the file, or in each file that fits the one
/// whose declaration is at the line or the last before it.
std::vector<uint32_t> tests_at(const Catalog& catalog, const SourceName& name,
                               const std::filesystem::path& folder);

}  // namespace e2e::host
