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
  TestList tests = registry.tests();
  if (!registry.dynamic_sources().empty()) {
    if (!make_dynamic_tests(*this, registry, made_)) return false;
    for (const TestEntry& test : made_) tests.push_back(&test);
    sort_by_module(tests);
  }
  tests_.resize(tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) describe(*tests[i], tests_[i]);
  by_id_.emplace(tests);
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

void Instance::describe(const TestEntry& test, Described& described) {
  for (const TestOption& option : test.options) {
    for (const std::string& value : option.values()) {
      described.annotations.push_back({to_str(option.key()), to_str(value)});
    }
  }
  e2e_test_desc& desc = described.desc;
  desc = {};
  desc.struct_size = sizeof(desc);
  desc.line = test.where.line;
  desc.module = to_str(test.module);
  desc.name = to_str(test.name);
  desc.file = to_str(test.file);
  desc.annotations = described.annotations.data();
  desc.annotation_count = static_cast<std::uint32_t>(described.annotations.size());
}

const e2e_test_desc* Instance::test_at(std::uint32_t index) const {
  return index < tests_.size() ? &tests_[index].desc : nullptr;
}

const TestEntry* Instance::find(std::string_view id) const { return by_id_ ? by_id_->find(id) : nullptr; }

}  // namespace e2e::detail
