#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// Where settings come from, weakest first: a later one overrides an earlier one.
enum class SourceKind : uint8_t { file, variable, option };

/// A text that settings are read from, kept so that a diagnostic can show the line it is about.
class SourceText {
 public:
  /// `name` is what users read: "e2e.conf", "E2E_PARALLEL", "--set general.retries". For a file, `text` has
  /// no byte order mark.
  SourceText(SourceKind kind, std::string name, std::string text);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  [[nodiscard]] SourceKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The line of that number, counted from 1, without its end; empty past the last. Borrowed from this.
  [[nodiscard]] std::string_view line(uint32_t number) const noexcept;

 private:
  SourceKind kind_;
  std::string name_;
  std::string text_;
  std::vector<size_t> line_starts_;
};

/// A place in a SourceText, which must outlive it.
struct SourceRange {
  const SourceText* source = nullptr;
  uint32_t line = 0;    ///< from 1; 0: the text as a whole
  uint32_t column = 0;  ///< bytes before it in its line
  uint32_t length = 1;  ///< bytes, within its line
};

/// A larger configuration file is refused. yaml-cpp needs up to 0.6 s for the worst MiB that was tried.
inline constexpr size_t max_config_bytes = 1 << 20;

/// The bytes of a file, without a UTF-8 byte order mark. Reads no more than `max_config_bytes`, never waits
/// on a pipe or a device. Throws std::runtime_error with a reason that reads after "FILE: error: ".
std::string read_config_file(const std::filesystem::path& path);

/// Why the text can't be a configuration (not UTF-8, control characters), with the line it is in; line 0: it
/// can.
struct TextProblem {
  uint32_t line = 0;
  uint32_t column = 0;  ///< bytes
  std::string message;
};
/// The first such problem.
TextProblem find_text_problem(std::string_view text);

}  // namespace e2e::host
