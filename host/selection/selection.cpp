#include "selection/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "selection/filter.hpp"
#include "selection/source_name.hpp"

namespace e2e::host {
namespace {

/// The name that all tests of a table of cases share, which is before the dot; empty: it is of none.
std::string table_of(const TestInfo& test) {
  const size_t dot = test.name.find('.');
  return dot == std::string::npos ? std::string() : test.name.substr(0, dot);
}

/// All that name the test, alone or among others.
std::set<std::string> names_of(const TestInfo& test) {
  std::set<std::string> names = {test.service, test.module, test.service + "::" + test.module};
  for (const std::string& name : {test.name, table_of(test)})
    if (!name.empty())
      names.insert({name, test.module + "::" + name, test.service + "::" + test.module + "::" + name});
  names.insert(test.id);
  return names;
}

bool is_named(const TestInfo& test, const std::string& name) {
  return name == test.service || name == test.id || names_of(test).count(name) > 0;
}

bool has_tag(const TestInfo& test, const std::string& tag) {
  return std::find(test.tags.begin(), test.tags.end(), tag) != test.tags.end();
}

template <typename Item, typename Matches>
bool any_matches(const std::vector<Item>& list, Matches matches) {
  return list.empty() || std::any_of(list.begin(), list.end(), matches);
}

/// Whether each test is one that the names mean; no names mean all.
std::vector<bool> named_tests(const Catalog& catalog, const Wanted& wanted) {
  std::vector<bool> is_meant(catalog.tests.size(), wanted.names.empty());
  for (const std::string& name : wanted.names) {
    for (uint32_t index = 0; index < catalog.tests.size(); ++index)
      if (is_named(catalog.tests[index].info, name)) is_meant[index] = true;
    if (const auto place = parse_source_name(name))
      for (const uint32_t index : tests_at(catalog, *place, wanted.folder)) is_meant[index] = true;
  }
  return is_meant;
}

bool is_wanted(const TestInfo& test, const Wanted& wanted, const std::vector<Filter>& filters) {
  return any_matches(wanted.affected_services,
                     [&](const std::string& name) { return name == test.service; }) &&
         (!wanted.ids || wanted.ids->count(test.id) > 0) &&
         any_matches(filters, [&](const Filter& filter) { return filter.matches(test); }) &&
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

/// What is wrong with a NAME that looks like a source file; empty: a test is written there.
std::string place_problem(const Catalog& catalog, const std::string& name, const SourceName& place,
                          const std::filesystem::path& folder) {
  if (!tests_at(catalog, place, folder).empty()) return {};
  const TestInfo* first = nullptr;
  std::set<std::string> files;
  for (const CatalogTest& test : catalog.tests) {
    files.insert(test.info.file);
    files.insert(std::filesystem::path(test.info.file).filename().string());
    if (is_same_source(place.file, test.info.file, folder) &&
        (first == nullptr || test.info.line < first->line))
      first = &test.info;
  }
  if (first != nullptr)
    return fmt::format("error: no test is declared at or before line {} of {}; the first is {}, at line {}",
                       place.line, printable(place.file.string()), first->id, first->line);
  const std::string meant = near_miss(place.file.string(), {files.begin(), files.end()});
  return fmt::format("error: no test is written in '{}'{}", printable(name),
                     meant.empty() ? "; `e2e-host list` shows where tests are"
                                   : fmt::format("; did you mean '{}'?", printable(meant)));
}

void check_names(std::string& problems, const Catalog& catalog, const Wanted& wanted) {
  for (const std::string& name : wanted.names) {
    const bool is_known = std::any_of(catalog.tests.begin(), catalog.tests.end(),
                                      [&](const CatalogTest& test) { return is_named(test.info, name); });
    const auto place = is_known ? std::nullopt : parse_source_name(name);
    if (!place) {
      check_known(problems, catalog, {name}, "service, module, test or source file is named", is_named,
                  [](const TestInfo& test, std::set<std::string>& names) { names.merge(names_of(test)); });
    } else if (const std::string problem = place_problem(catalog, name, *place, wanted.folder);
               !problem.empty()) {
      problems += (problems.empty() ? "" : "\n") + problem;
    }
  }
}

/// What is said of a name that no test's `set` has.
const char* lack_of(std::string_view set) {
  if (set == "service") return "service is named";
  if (set == "module") return "module is named";
  if (set == "tag") return "test has the tag";
  if (set == "id") return "test has the id";
  return set == "file" ? "test is written in" : "test is named";
}

void check_filter_names(std::string& problems, const Catalog& catalog, const std::vector<Filter>& filters) {
  for (const Filter& filter : filters)
    for (const Filter::Name& name : filter.names())
      check_known(
          problems, catalog, {name.text}, lack_of(name.set),
          [&name](const TestInfo& test, const std::string&) { return Filter::has(test, name); },
          [&name](const TestInfo& test, std::set<std::string>& names) {
            for (std::string& text : filter_texts(test, name.set)) names.insert(std::move(text));
          });
}

void check_all_known(const Catalog& catalog, const Wanted& wanted, const std::vector<Filter>& filters) {
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
  check_names(problems, catalog, wanted);
  check_known(problems, catalog, wanted.services, "service is named", service_matches, services);
  check_known(problems, catalog, wanted.modules, "module is named", module_matches, modules);
  check_known(problems, catalog, wanted.tags, "test has the tag", has_tag, tags);
  check_filter_names(problems, catalog, filters);
  if (!problems.empty()) throw Fatal(ExitCode::usage, problems);
}

}  // namespace

std::vector<uint32_t> select(const Catalog& catalog, const Wanted& wanted) {
  const std::vector<Filter> filters(wanted.filters.begin(), wanted.filters.end());
  check_all_known(catalog, wanted, filters);
  std::vector<bool> is_selected(catalog.tests.size());
  std::vector<uint32_t> open;
  const std::vector<bool> is_meant = named_tests(catalog, wanted);
  for (uint32_t index = 0; index < catalog.tests.size(); ++index)
    if (is_meant[index] && is_wanted(catalog.tests[index].info, wanted, filters)) {
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
