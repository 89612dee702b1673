#include "selection/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

bool is_named(const TestInfo& test, const std::string& name) {
  return name == test.service || name == test.module || name == test.name || name == test.id ||
         name == test.module + "::" + test.name || name == test.service + "::" + test.module;
}

bool has_tag(const TestInfo& test, const std::string& tag) {
  return std::find(test.tags.begin(), test.tags.end(), tag) != test.tags.end();
}

template <typename Matches>
bool any_matches(const std::vector<std::string>& list, Matches matches) {
  return list.empty() || std::any_of(list.begin(), list.end(), matches);
}

bool is_wanted(const TestInfo& test, const Wanted& wanted) {
  return any_matches(wanted.names, [&](const std::string& name) { return is_named(test, name); }) &&
         any_matches(wanted.services, [&](const std::string& name) { return name == test.service; }) &&
         any_matches(wanted.modules, [&](const std::string& name) { return name == test.module; }) &&
         any_matches(wanted.tags, [&](const std::string& tag) { return has_tag(test, tag); }) &&
         std::none_of(wanted.excluded_tags.begin(), wanted.excluded_tags.end(),
                      [&](const std::string& tag) { return has_tag(test, tag); });
}

/// A word that fits no test is a mistake, not an empty selection.
template <typename Matches, typename Candidates>
void check_known(std::string& problems, const Catalog& catalog, const std::vector<std::string>& list,
                 const char* what, Matches matches, Candidates candidates) {
  for (const auto& word : list) {
    const bool is_known = std::any_of(catalog.tests.begin(), catalog.tests.end(),
                                      [&](const CatalogTest& test) { return matches(test.info, word); });
    if (is_known) continue;
    std::set<std::string> names;
    for (const auto& test : catalog.tests) candidates(test.info, names);
    const std::string meant = near_miss(word, {names.begin(), names.end()});
    problems += fmt::format("{}error: no {} '{}'{}", problems.empty() ? "" : "\n", what, printable(word),
                            meant.empty() ? "; `e2e-host list` shows what there is"
                                          : fmt::format("; did you mean '{}'?", printable(meant)));
  }
}

void check_all_known(const Catalog& catalog, const Wanted& wanted) {
  std::string problems;
  const auto service_matches = [](const TestInfo& test, const std::string& word) {
    return test.service == word;
  };
  const auto module_matches = [](const TestInfo& test, const std::string& word) {
    return test.module == word;
  };
  const auto services = [](const TestInfo& test, std::set<std::string>& names) {
    names.insert(test.service);
  };
  const auto modules = [](const TestInfo& test, std::set<std::string>& names) { names.insert(test.module); };
  const auto tags = [](const TestInfo& test, std::set<std::string>& names) {
    names.insert(test.tags.begin(), test.tags.end());
  };
  check_known(problems, catalog, wanted.names, "service, module or test is named", is_named,
              [](const TestInfo& test, std::set<std::string>& names) {
                names.insert({test.service, test.module, test.name, test.id, test.module + "::" + test.name,
                              test.service + "::" + test.module});
              });
  check_known(problems, catalog, wanted.services, "service is named", service_matches, services);
  check_known(problems, catalog, wanted.modules, "module is named", module_matches, modules);
  check_known(problems, catalog, wanted.tags, "test has the tag", has_tag, tags);
  if (!problems.empty()) throw Fatal(ExitCode::usage, problems);
}

}  // namespace

std::vector<uint32_t> select(const Catalog& catalog, const Wanted& wanted) {
  check_all_known(catalog, wanted);
  std::vector<bool> is_selected(catalog.tests.size());
  std::vector<uint32_t> open;
  for (uint32_t index = 0; index < catalog.tests.size(); ++index)
    if (is_wanted(catalog.tests[index].info, wanted)) {
      is_selected[index] = true;
      open.push_back(index);
    }
  while (wanted.with_dependencies && !open.empty()) {
    const uint32_t test = open.back();
    open.pop_back();
    for (const uint32_t dependency : catalog.tests[test].depends_on)
      if (!is_selected[dependency]) {
        is_selected[dependency] = true;
        open.push_back(dependency);
      }
  }
  std::vector<uint32_t> selected;
  for (uint32_t index = 0; index < is_selected.size(); ++index)
    if (is_selected[index]) selected.push_back(index);
  return selected;
}

}  // namespace e2e::host
