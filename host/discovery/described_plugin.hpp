#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_codec.hpp"

namespace e2e::host {

/// A test as its plugin describes it; annotations as in e2e/abi.h. Comes from a stranger's code: not yet
/// checked.
struct DescribedTest {
  std::string module, name, file;
  uint32_t line = 0;
  std::vector<std::pair<std::string, std::string>> annotations;
  bool operator==(const DescribedTest&) const = default;
};

/// What a describe worker found in a plugin.
struct DescribedPlugin {
  bool is_dynamic = false;  ///< its list may differ from run to run: never cached
  std::vector<DescribedTest> tests;
};
void encode(ByteWriter& out, const DescribedPlugin& value);
DescribedPlugin decode_described_plugin(ByteReader& in);

/// What is wrong with a plugin's settings, as the plugin says. Comes from a stranger's code: not yet checked.
struct SettingsProblem {
  std::string pointer;  ///< JSON pointer to what is wrong; empty: the settings as a whole
  std::string message;
  bool operator==(const SettingsProblem&) const = default;
};
using SettingsRefused = std::vector<SettingsProblem>;
void encode(ByteWriter& out, const SettingsRefused& value);
SettingsRefused decode_settings_refused(ByteReader& in);

/// A number that differs where modules or names of the tests do: a worker whose list differs from the
/// described one would run something else than was selected.
class ListFingerprint {
 public:
  void add(std::string_view module, std::string_view name) noexcept;
  [[nodiscard]] uint64_t value() const noexcept { return hash_; }

 private:
  void add(std::string_view text) noexcept;
  uint64_t hash_ = 0xcbf29ce484222325;
};
uint64_t fingerprint(const std::vector<DescribedTest>& tests) noexcept;

}  // namespace e2e::host
