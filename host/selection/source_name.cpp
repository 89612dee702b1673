#include "selection/source_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// Takes ":NUMBER" off the end.
std::optional<uint32_t> take_number(std::string_view& word) {
  const size_t colon = word.rfind(':');
  if (colon == word.npos || colon + 1 == word.size()) return std::nullopt;
  uint32_t number = 0;
  const char* end = word.data() + word.size();
  const auto [parsed_to, error] = std::from_chars(word.data() + colon + 1, end, number);
  if (error != std::errc() || parsed_to != end || number == 0) return std::nullopt;
  word = word.substr(0, colon);
  return number;
}

bool is_source_file(const fs::path& file) {
  static constexpr std::array<std::string_view, 7> endings = {".cpp", ".cc",  ".cxx", ".c++",
                                                              ".h",   ".hpp", ".hh"};
  return std::find(endings.begin(), endings.end(), file.extension().string()) != endings.end();
}

/// True if `path` ends with all parts of `end`.
bool ends_with(const fs::path& path, const fs::path& end) {
  auto part = path.end();
  for (auto wanted = end.end(); wanted != end.begin();) {
    if (part == path.begin() || *--part != *--wanted) return false;
  }
  return !end.empty();
}

}  // namespace

std::optional<SourceName> parse_source_name(const std::string& word) {
  std::string_view rest = word;
  // An editor's FILE:LINE:COLUMN: the number before the last is the line then.
  const auto last = take_number(rest);
  const auto before = take_number(rest);
  SourceName name{fs::path(rest), before.value_or(last.value_or(0))};
  if (!is_source_file(name.file)) return std::nullopt;
  return name;
}

bool is_same_source(const fs::path& typed, const fs::path& recorded, const fs::path& folder) {
  const fs::path file = recorded.lexically_normal(), word = typed.lexically_normal();
  if (ends_with(file, word)) return true;
  const fs::path from_here = word.is_absolute() ? word : (folder / word).lexically_normal();
  return from_here.is_absolute() && ends_with(from_here, file);
}

std::vector<uint32_t> tests_at(const Catalog& catalog, const SourceName& name, const fs::path& folder) {
  // A file of several services' plugins has tests of each.
  std::map<std::pair<std::string, std::string>, std::vector<uint32_t>> files;
  for (uint32_t index = 0; index < catalog.tests.size(); ++index) {
    const TestInfo& info = catalog.tests[index].info;
    if (is_same_source(name.file, info.file, folder)) files[{info.service, info.file}].push_back(index);
  }
  std::vector<uint32_t> found;
  for (const auto& [file, tests] : files) {
    if (name.line == 0) {
      found.insert(found.end(), tests.begin(), tests.end());
      continue;
    }
    uint32_t best_line = 0;
    for (const uint32_t test : tests)
      if (const uint32_t line = catalog.tests[test].info.line; line <= name.line)
        best_line = std::max(best_line, line);
    // A table's rows are several tests of one line.
    for (const uint32_t test : tests)
      if (best_line > 0 && catalog.tests[test].info.line == best_line) found.push_back(test);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace e2e::host
