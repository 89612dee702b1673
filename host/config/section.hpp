#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/diagnostics.hpp"
#include "config/expansion.hpp"
#include "config/yaml_document.hpp"

namespace e2e::host {

/// How a tree is read.
enum class Reading : uint8_t {
  whole_file,   ///< for its diagnostics only; `environments` may be there
  one_layer,    ///< for its diagnostics only
  environment,  ///< for its diagnostics only; it is an overlay in `environments`
  merged,       ///< for its values: all that a run needs must be there, and variables must be set
};

/// What all sections of one reading share. What it refers to must outlive it.
struct ReadContext {
  Reading reading;
  Diagnostics& diagnostics;
  const Variables& variables;
  std::vector<Setting> settings;                   ///< what was read, with its origin
  std::vector<std::string>* asked_keys = nullptr;  ///< if set: gets each key that was asked for
};

/// "e2e.conf:7", "E2E_PARALLEL" or "--set": where the value was set.
std::string origin_of(const SourceRange& at);

/// Reads the keys of one map. Each reading function leaves the target as it is where the key is absent, null
/// or wrong (which is diagnosed), and returns the node that the target came from, or null. What was never
/// asked for is an unknown key.
class Section {
 public:
  /// `node` may be null, which is an empty section, as is a YAML null. `path` is "services.users"; empty: the
  /// root.
  Section(ReadContext& context, const YamlNode* node, std::string path);

  const YamlNode* boolean(std::string_view key, bool& target);
  template <std::integral T>
  const YamlNode* number(std::string_view key, T& target, int64_t min, int64_t max,
                         std::string_view unit = {}) {
    int64_t value = 0;
    const YamlNode* node = read_number(key, value, min, max, unit);
    if (node) target = static_cast<T>(value);
    return node;
  }
  /// As number(), with or without a fraction. `node` is a value of this section that `key` names in messages.
  const YamlNode* decimal(std::string_view key, const YamlNode* node, double& target, double min, double max,
                          std::string_view unit);
  const YamlNode* decimal(std::string_view key, double& target, double min, double max,
                          std::string_view unit) {
    return decimal(key, any(key), target, min, max, unit);
  }
  /// The key's value, whatever it is; null where it is absent or null.
  const YamlNode* any(std::string_view key) { return find(key); }
  /// `problem_of` says what is wrong with a text, as value_rules.hpp does. With `has_late_names` the text may
  /// keep the names of expand_late_names(), and is checked with values for these.
  const YamlNode* text(std::string_view key, std::string& target, std::string (*problem_of)(std::string_view),
                       bool has_late_names = false);
  /// One of `names`; `parse` must know all of them.
  template <typename Parse, typename T>
  const YamlNode* choice(std::string_view key, T& target, const std::vector<std::string>& names,
                         Parse parse) {
    std::string name;
    const YamlNode* node = read_choice(key, name, names);
    if (node) target = *parse(name);
    return node;
  }
  /// The key's value if it is a map; null where it is absent, null or something else.
  const YamlNode* map(std::string_view key);
  /// The key's value if it is a list; null where it is absent, null or something else.
  const YamlNode* list(std::string_view key);

  /// Expands a scalar that `what` names in messages. nullopt where it is no scalar or can't be expanded,
  /// which is diagnosed (unless only a variable is unset and values don't matter).
  std::optional<Expansion> scalar(std::string_view what, const YamlNode& node, std::string_view expected);

  /// Keeps where the key's value came from: `node`, or if that is null, `otherwise`.
  void record(std::string_view key, std::string value, const YamlNode* node,
              std::string_view otherwise = "default");
  /// Diagnoses the keys that were not asked for. Call it once, last.
  void finish();

  [[nodiscard]] ReadContext& context() const noexcept { return context_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// The map it reads; null: there is none.
  [[nodiscard]] const YamlNode* node() const noexcept { return node_; }

 private:
  const YamlNode* find(std::string_view key);
  const YamlNode* find_kind(std::string_view key, YamlNode::Kind kind, std::string_view expected);
  const YamlNode* read_number(std::string_view key, int64_t& target, int64_t min, int64_t max,
                              std::string_view unit);
  const YamlNode* read_choice(std::string_view key, std::string& target,
                              const std::vector<std::string>& names);
  void wrong_value(const YamlNode& node, std::string_view key, std::string_view expected,
                   std::string_view value, std::string hint = {});

  ReadContext& context_;
  const YamlNode* node_;  ///< a map, or null
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace e2e::host
