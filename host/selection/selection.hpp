#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "discovery/catalog.hpp"

namespace e2e::host {

/// Which tests are wanted. Empty lists want everything; within a list any match counts.
struct Wanted {
  /// Each a service, a module, service::module, module::name, a test's name or full id, a table of cases, or
  /// where tests are written: FILE or FILE:LINE.
  std::vector<std::string> names;
  std::filesystem::path folder;  ///< absolute: where relative FILEs are seen from; empty: from nowhere
  std::vector<std::string> services;
  std::vector<std::string> modules;
  std::vector<std::string> tags;
  std::vector<std::string> excluded_tags;      ///< wins over all others
  std::vector<std::string> filters;            ///< expressions, filter.hpp
  std::optional<std::set<std::string>> ids;    ///< where set, only these full ids; none need be there
  std::vector<std::string> affected_services;  ///< only tests of these; none need have any
  bool with_dependencies = true;  ///< what a wanted test depends on is wanted too, whatever the rest says
};

/// The wanted tests, as ascending indices into catalog.tests. Throws Fatal(usage) for a name, service, module
/// or tag that no test has, with what may have been meant, and for a filter that can't be understood.
std::vector<uint32_t> select(const Catalog& catalog, const Wanted& wanted);

}  // namespace e2e::host
