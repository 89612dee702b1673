#include "registry.hpp"

#include <algorithm>
#include <map>

#include "frame.hpp"

namespace e2e::detail {

namespace {

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string place(const std::string& file, unsigned line) { return file + ":" + std::to_string(line); }

}  // namespace

std::string module_of(const std::string& file) {
  const std::string name = file_name(file);
  return name.substr(0, name.rfind('.'));
}

Registry& Registry::global() {
  static Registry registry;
  return registry;
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

std::vector<TestEntry> Registry::tests() const {
  std::vector<TestEntry> sorted = tests_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const TestEntry& lhs, const TestEntry& rhs) {
    return std::tie(lhs.module, lhs.file) < std::tie(rhs.module, rhs.file);
  });
  return sorted;
}

void sort_by_module(std::vector<TestEntry>& tests) {
  std::stable_sort(tests.begin(), tests.end(),
                   [](const TestEntry& lhs, const TestEntry& rhs) { return lhs.module < rhs.module; });
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
  std::map<std::string, const TestEntry*> seen_tests;
  for (const TestEntry& test : tests_) {
    const auto [known, is_new] = seen_tests.emplace(test.id(), &test);
    if (is_new) continue;
    const TestEntry& first = *known->second;
    return DeclarationError{"test " + test.id() +
                                " is declared twice: " + place(first.file, first.where.line) + " and " +
                                place(test.file, test.where.line) + "; rename one, or its file",
                            test.where};
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
  const std::string file = clean_path(where.file);
  TestEntry entry{module_of(file), name, file, where, body, {}, nullptr};
  for (const TestOption& option : options) {
    if (!option.key().empty()) entry.options.push_back(option);
  }
  Registry::global().add(std::move(entry));
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
