#pragma once

#include <deque>

#include "e2e/dynamic.hpp"
#include "frame.hpp"
#include "registry.hpp"

namespace e2e::detail {

/// What a TestRegistrar fills.
struct TestsInTheMaking {
  Frame& frame;
  const DynamicSource& source;
  std::deque<TestEntry>& tests;  // their addresses stay
};

/// Runs the E2E_DYNAMIC_TESTS of the plugin for an instance: `tests` is what they made. False if the settings
/// were rejected or something else failed, which the host has been told.
bool make_dynamic_tests(Instance& instance, const Registry& registry, std::deque<TestEntry>& tests);

/// Tells the host that the plugin can't be used with its settings.
void reject_settings(const HostApi& api, std::string_view pointer, std::string_view message);
/// Says through e2e.log/1 what is wrong in init().
void log_error(const HostApi& api, std::string_view message);

}  // namespace e2e::detail
