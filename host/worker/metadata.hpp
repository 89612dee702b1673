#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace e2e::host {

/// What tests hand on to later ones, as one worker sees it: JSON values by key, in three layers. The running
/// attempt's own win over those of its scope's before_all, and these over what finished tests left.
class Metadata {
 public:
  /// A unit begins with what the host knows.
  void begin_unit(std::vector<std::pair<std::string, std::string>> inherited);
  /// A scope opens: what its before_all sets is the scope's.
  void begin_scope();
  /// Sets a value: the attempt's, or the scope's while none runs.
  void set(std::string_view key, std::string_view json);
  /// Borrowed until the attempt ends; nullopt if there is none.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;

  void begin_attempt();
  /// What a passed attempt set is there for the unit's later tests; of any other nothing stays. Returns what
  /// was kept, for the host.
  std::vector<std::pair<std::string, std::string>> end_attempt(bool has_passed, bool is_for_later_tests);

 private:
  using Values = std::map<std::string, std::string, std::less<>>;
  Values unit_, scope_, attempt_;
  bool is_in_attempt_ = false;
};

}  // namespace e2e::host
