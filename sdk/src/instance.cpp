#include "instance.hpp"

#include "dynamic.hpp"

namespace e2e::detail {

const HostApi& api_of(const Instance& instance) { return instance.api(); }

Instance::Instance(const HostApi& api, const Registry& registry) : api_(api), responses_(api_) {
  for (const auto kind : {FixtureKind::once_per_run, FixtureKind::before_all, FixtureKind::before_each,
                          FixtureKind::after_each, FixtureKind::after_all}) {
    fixtures_[static_cast<std::size_t>(kind)] = registry.fixtures(kind);
  }
}

bool Instance::make_tests(const Registry& registry) {
  std::vector<TestEntry> tests = registry.tests();
  if (!registry.dynamic_sources().empty()) {
    if (!make_dynamic_tests(*this, registry, tests)) return false;
    sort_by_module(tests);
  }
  for (TestEntry& entry : tests) {
    Described& test = tests_.emplace_back();
    test.entry = std::move(entry);
    describe(test);
    by_id_.emplace(test.entry.id(), &test.entry);
  }
  return true;
}

Document* Instance::settings(const e2e_config_v1& config, std::string& error) {
  if (!settings_) {
    Document* parsed = Document::parse(api_, to_view(config.settings(api_.host)), "the settings", error);
    if (!parsed) return nullptr;
    settings_ = std::make_unique<DocumentHold>(parsed);
  }
  return settings_->get();
}

void Instance::describe(Described& test) {
  for (const TestOption& option : test.entry.options) {
    for (const std::string& value : option.values()) {
      test.annotations.push_back({to_str(option.key()), to_str(value)});
    }
  }
  test.desc = {};
  test.desc.struct_size = sizeof(test.desc);
  test.desc.line = test.entry.where.line;
  test.desc.module = to_str(test.entry.module);
  test.desc.name = to_str(test.entry.name);
  test.desc.file = to_str(test.entry.file);
  test.desc.annotations = test.annotations.data();
  test.desc.annotation_count = static_cast<std::uint32_t>(test.annotations.size());
}

const e2e_test_desc* Instance::test_at(std::uint32_t index) const {
  return index < tests_.size() ? &tests_[index].desc : nullptr;
}

const TestEntry* Instance::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace e2e::detail
