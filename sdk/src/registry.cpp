#include "registry.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "frame.hpp"
#include "test_index.hpp"

namespace e2e::detail {

namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string place(std::string_view file, unsigned line) {
  return std::string(file).append(":").append(std::to_string(line));
}

/// Whether clean_path() would change nothing, for the paths that compilers are usually given.
bool is_clean(std::string_view path) {
  if (path.empty() || path.back() == '/') return path.empty();
  return path.substr(0, 2) != "./" && path.find("//") == path.npos && path.find("/.") == path.npos;
}

/// Moves nothing where all are in order, as where the build lists a plugin's files by name.
template <class Before>
void sort_stable(TestList& tests, Before is_before) {
  if (!std::is_sorted(tests.begin(), tests.end(), is_before))
    std::stable_sort(tests.begin(), tests.end(), is_before);
}

}  // namespace

std::string_view module_of(std::string_view file) {
  const std::string_view name = file_name(file);
  return name.substr(0, name.rfind('.'));
}

void sort_by_module(TestList& tests) {
  sort_stable(tests, [](const TestEntry* lhs, const TestEntry* rhs) { return lhs->module < rhs->module; });
}

std::string_view Registry::keep_clean(const char* path) {
  if (path != last_path_) {
    last_path_ = path;
    last_clean_ = is_clean(path) ? std::string_view(path) : cleaned_.emplace_back(clean_path(path));
  }
  return last_clean_;
}

Registry& Registry::global() {
  static Registry registry;
  return registry;
}

bool Registry::has(std::string_view module, std::string_view name) const {
  return std::any_of(tests_.begin(), tests_.end(),
                     [&](const TestEntry& test) { return test.module == module && test.name == name; });
}

void Registry::add(FixtureEntry entry) {
  const bool is_known = std::any_of(fixtures_.begin(), fixtures_.end(), [&](const FixtureEntry& known) {
    return known.kind == entry.kind && known.file == entry.file && known.where.line == entry.where.line;
  });
  if (!is_known) fixtures_.push_back(std::move(entry));
}

void Registry::add(DynamicSource source) {
  const bool is_known =
      std::any_of(dynamic_sources_.begin(), dynamic_sources_.end(), [&](const DynamicSource& known) {
        return known.file == source.file && known.where.line == source.where.line;
      });
  if (!is_known) dynamic_sources_.push_back(std::move(source));
}

TestList Registry::tests() const {
  TestList sorted;
  sorted.reserve(tests_.size());
  for (const TestEntry& test : tests_) sorted.push_back(&test);
  sort_stable(sorted, [](const TestEntry* lhs, const TestEntry* rhs) {
    return std::tie(lhs->module, lhs->file) < std::tie(rhs->module, rhs->file);
  });
  return sorted;
}

std::vector<FixtureEntry> Registry::fixtures(FixtureKind kind) const {
  std::vector<FixtureEntry> sorted;
  for (const FixtureEntry& fixture : fixtures_) {
    if (fixture.kind == kind) sorted.push_back(fixture);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const FixtureEntry& lhs, const FixtureEntry& rhs) {
    return std::make_pair(file_name(lhs.file), lhs.file) < std::make_pair(file_name(rhs.file), rhs.file);
  });
  return sorted;
}

std::optional<DeclarationError> Registry::error() const {
  const TestIndex index(tests());
  if (!index.twins().empty()) {
    const TestEntry &first = *index.twins()[0].first, &second = *index.twins()[0].second;
    return DeclarationError{"test " + first.id() +
                                " is declared twice: " + place(first.file, first.where.line) + " and " +
                                place(second.file, second.where.line) + "; rename one, or its file",
                            second.where};
  }
  std::map<std::string, const FixtureEntry*> seen_fixtures;
  for (const FixtureEntry& fixture : fixtures_) {
    if (fixture.kind != FixtureKind::once_per_run) continue;
    const auto [known, is_new] = seen_fixtures.emplace(fixture.name, &fixture);
    if (is_new) continue;
    const FixtureEntry& first = *known->second;
    return DeclarationError{"once_per_run \"" + fixture.name +
                                "\" is declared twice: " + place(first.file, first.where.line) + " and " +
                                place(fixture.file, fixture.where.line) + "; rename one",
                            fixture.where};
  }
  return std::nullopt;
}

TestRegistration::TestRegistration(const char* name, Location where, const Body& body,
                                   std::initializer_list<TestOption> options) {
  Registry& registry = Registry::global();
  const std::string_view file = registry.keep_clean(where.file);
  TestEntry entry{module_of(file), name, file, where, body, {}, nullptr};
  for (const TestOption& option : options) {
    if (!option.key().empty()) entry.options.push_back(option);
  }
  registry.add(std::move(entry));
}

FixtureRegistration::FixtureRegistration(FixtureKind kind, const char* name, Location where,
                                         const Body& body) {
  const std::string file = clean_path(where.file);
  Registry::global().add(
      FixtureEntry{kind, *name ? std::string(name) : place(file_name(file), where.line), file, where, body});
}

}  // namespace e2e::detail

namespace e2e {

TestOption::TestOption(std::string_view key, std::initializer_list<std::string_view> values)
    : key_(key), values_(values.begin(), values.end()) {}
TestOption::TestOption(const priority::Priority& value) : key_("priority"), values_{value.name} {}
TestOption::TestOption(const TimeoutOption& value) : key_("timeout_ms"), values_{std::to_string(value.ms)} {}
TestOption::TestOption(std::nullptr_t) {}
TestOption::TestOption(const TestOption& other) = default;
TestOption::~TestOption() = default;

TestOption retries(unsigned count) { return TestOption("retries", {std::to_string(count)}); }
TestOption annotation(std::string_view key, std::string_view value) { return TestOption(key, {value}); }

}  // namespace e2e
