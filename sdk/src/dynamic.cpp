#include "dynamic.hpp"

#include "e2e/ext/log.h"
#include "instance.hpp"
#include "test_index.hpp"

namespace e2e {

namespace detail {

TestCall::~TestCall() = default;

DynamicRegistration::DynamicRegistration(Location where, void (*make)(TestRegistrar&)) {
  Registry::global().add(DynamicSource{clean_path(where.file), where, make});
}

void reject_settings(const HostApi& api, std::string_view pointer, std::string_view message) {
  if (api.config) return api.config->reject(api.host, to_str(pointer), to_str(message));
  log_error(api, message);
}

void log_error(const HostApi& api, std::string_view message) {
  const auto* log = static_cast<const e2e_log_v1*>(api.host->get_extension(api.host, E2E_EXT_LOG));
  if (E2E_HAS(log, e2e_log_v1, write)) log->write(api.host, E2E_LOG_ERROR, to_str(message));
}

bool make_dynamic_tests(Instance& instance, const Registry& registry, std::deque<TestEntry>& tests) {
  Frame frame(instance, nullptr);
  frame.is_init = true;
  const EnteredFrame entered(frame);
  for (const DynamicSource& source : registry.dynamic_sources()) {
    TestsInTheMaking making{frame, source, tests};
    TestRegistrar registrar(making);
    run_guarded(frame, source.where, [&] { source.make(registrar); });
  }
  if (frame.verdict() != E2E_PASS) return false;
  TestList all = registry.tests();
  for (const TestEntry& test : tests) all.push_back(&test);
  const TestIndex index(all);
  for (const auto& [first, second] : index.twins()) {
    reject_settings(instance.api(), "", "two tests are named " + second->id() + ": give one another name");
    frame.raise_to(E2E_ERROR);
  }
  return frame.verdict() == E2E_PASS;
}

}  // namespace detail

void TestRegistrar::take(std::string_view name, const std::vector<TestOption>& options,
                         detail::TestCall* body, Page* (*make_page)(const detail::PageBinding&),
                         Location where) {
  auto made = std::make_unique<detail::DynamicTest>();
  made->call.reset(body);
  made->name = name;
  detail::Registry& registry = detail::Registry::global();
  const std::string_view file = registry.keep_clean(where.file);
  detail::TestEntry entry{detail::module_of(tests_.source.file), made->name, file,   where,
                          {nullptr, nullptr, make_page},         {},         nullptr};
  entry.made = std::move(made);
  for (const TestOption& option : options) {
    if (!option.key().empty()) entry.options.push_back(option);
  }
  tests_.tests.push_back(std::move(entry));
}

void TestRegistrar::reject(std::string_view pointer, std::string_view message) {
  tests_.frame.raise_to(E2E_ERROR);
  detail::reject_settings(detail::api_of(tests_.frame.instance), pointer, message);
}

}  // namespace e2e
