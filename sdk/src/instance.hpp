#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "document.hpp"
#include "frame.hpp"
#include "host_api.hpp"
#include "registry.hpp"
#include "response_core.hpp"
#include "test_index.hpp"

namespace e2e::detail {

/// One use of the plugin by one worker: its tests, and the host it talks to. Instances share nothing, so that
/// several threads may each have one.
class Instance {
 public:
  /// Has the fixtures; make_tests() gives it its tests.
  Instance(const HostApi& api, const Registry& registry);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Takes the declared tests, and has the dynamic ones made. Called once. False if these can't be, which the
  /// host has been told.
  bool make_tests(const Registry& registry);

  const HostApi& api() const { return api_; }
  /// The plugin's settings, parsed at the first call; null and why if they are no JSON.
  Document* settings(const e2e_config_v1& config, std::string& error);
  ResponseStore& responses() { return responses_; }
  const std::vector<FixtureEntry>& fixtures(FixtureKind kind) const {
    return fixtures_[static_cast<std::size_t>(kind)];
  }

  std::uint32_t test_count() const { return static_cast<std::uint32_t>(tests_.size()); }
  const e2e_test_desc* test_at(std::uint32_t index) const;
  /// By "module::name", or null.
  const TestEntry* find(std::string_view id) const;

 private:
  struct Described {
    std::vector<e2e_kv> annotations;
    e2e_test_desc desc;
  };
  static void describe(const TestEntry& test, Described& described);

  const HostApi api_;
  ResponseStore responses_;
  std::unique_ptr<DocumentHold> settings_;
  std::deque<TestEntry> made_;  // by E2E_DYNAMIC_TESTS
  std::vector<Described> tests_;
  std::optional<TestIndex> by_id_;  // once there are tests
  std::vector<FixtureEntry> fixtures_[5];
};

}  // namespace e2e::detail
