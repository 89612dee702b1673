#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/source_text.hpp"

namespace e2e::host {

/// One thing that is wrong with the configuration.
struct Diagnostic {
  SourceRange at;
  std::string message;  ///< lower case; the thing, the reason
  std::string hint;     ///< the way out; empty: none
};

/// Collects diagnostics, so that all of them are told at once.
class Diagnostics {
 public:
  /// The same one (place and message) counts once.
  void add(const SourceRange& at, std::string message, std::string hint = {});
  [[nodiscard]] bool is_empty() const noexcept { return found_.empty(); }
  /// False once so many were found that another would only be counted: no use in looking for a hint.
  [[nodiscard]] bool has_room() const noexcept;
  /// All of them in the order of their places, one after the other:
  ///
  ///     e2e.conf:7:3: error: unknown key 'max_worker'
  ///         7 |   max_worker: 4
  ///           |   ^~~~~~~~~~
  ///     hint: did you mean 'max_workers'?
  ///
  /// Columns count characters from 1. Nothing in it can control a terminal. No newline at the end.
  [[nodiscard]] std::string text() const;
  /// Throws Fatal(ExitCode::usage, text()) unless empty.
  void throw_if_any() const;

 private:
  std::vector<Diagnostic> found_;
  bool has_more_ = false;
};

/// `text` in single quotes as a message shows it: one line, safe on a terminal, cut where it is long.
std::string in_quotes(std::string_view text);

/// "did you mean 'x'?" where `candidates` has something near `word`; else empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace e2e::host
