#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// Values that nothing may show, and what texts look like without them: `***` in place of each, also where it
/// is percent-encoded, escaped as in JSON, or in base64, alone or within something longer.
class SecretValues {
 public:
  /// What is shorter is in too many texts by chance.
  static constexpr size_t min_bytes = 4;
  static constexpr size_t max_bytes = 16 * 1024;
  static constexpr size_t max_count = 1000;

  /// False, and nothing kept: too short, too long, too many, or known.
  bool add(std::string_view value);
  [[nodiscard]] bool is_empty() const noexcept { return values_.empty(); }

  /// Takes them out of the text.
  void scrub(std::string& text) const;
  [[nodiscard]] std::string scrubbed(std::string_view text) const;

  /// How many bytes at the text's end may begin a secret whose rest is missing.
  [[nodiscard]] size_t cut_length(std::string_view text) const noexcept;

 private:
  std::vector<std::string> values_;
  std::vector<std::string> forms_;  // of all values, the longest first
};

}  // namespace e2e::host
