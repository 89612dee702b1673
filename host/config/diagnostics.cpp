#include "config/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_shown = 100;
constexpr size_t max_quoted_bytes = 80;
constexpr size_t max_excerpt_bytes = 160;

/// Whole characters only: moves `at` back to where one begins.
size_t character_start(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return std::min(at, text.size());
}

std::string one_line(std::string_view text) {
  std::string out = printable(text);
  for (size_t at = 0; (at = out.find_first_of("\n\t", at)) != std::string::npos; ++at)
    out.replace(at, 1, out[at] == '\n' ? "\\n" : " ");
  return out;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The line with a caret under the place, cut around it where the line is long.
std::string excerpt(const SourceRange& at) {
  const std::string_view line = at.source->line(at.line);
  const size_t column = std::min<size_t>(at.column, line.size());
  const size_t from =
      column > max_excerpt_bytes / 2 ? character_start(line, column - max_excerpt_bytes / 2) : 0;
  const size_t to = character_start(line, std::min(line.size(), from + max_excerpt_bytes));
  const size_t marked_to = std::clamp<size_t>(column + at.length, column, std::max(column, to));

  const std::string lead = from > 0 ? "..." : "";
  const std::string before = lead + one_line(line.substr(from, column - from));
  const std::string marked = one_line(line.substr(column, marked_to - column));
  const std::string after = one_line(line.substr(marked_to, std::max(marked_to, to) - marked_to));
  const size_t marked_width = std::max<size_t>(1, count_characters(marked));
  return fmt::format("{:>5} | {}{}{}{}\n      | {:{}}^{:~<{}}", at.line, before, marked, after,
                     to < line.size() ? "..." : "", "", count_characters(before), "", marked_width - 1);
}

std::string render(const Diagnostic& diagnostic) {
  const SourceRange& at = diagnostic.at;
  std::string out = one_line(at.source->name());
  const bool has_line = at.source->kind() == SourceKind::file && at.line > 0;
  if (has_line) {
    const std::string_view before = at.source->line(at.line).substr(0, at.column);
    out += fmt::format(":{}:{}", at.line, count_characters(before) + 1);
  }
  out += fmt::format(": error: {}", one_line(diagnostic.message));
  if (has_line) out += fmt::format("\n{}", excerpt(at));
  if (!diagnostic.hint.empty()) out += fmt::format("\nhint: {}", one_line(diagnostic.hint));
  return out;
}

/// Variables and options are told in the order they were found in.
auto place(const SourceRange& at) {
  const bool is_file = at.source->kind() == SourceKind::file;
  return std::tuple(at.source->kind(), is_file ? at.line : 0, is_file ? at.column : 0);
}

}  // namespace

void Diagnostics::add(const SourceRange& at, std::string message, std::string hint) {
  const auto is_same = [&](const Diagnostic& other) {
    return other.at.source == at.source && other.at.line == at.line && other.at.column == at.column &&
           other.message == message;
  };
  if (std::any_of(found_.begin(), found_.end(), is_same)) return;
  if (has_room())
    found_.push_back({at, std::move(message), std::move(hint)});
  else
    has_more_ = true;
}

bool Diagnostics::has_room() const noexcept { return found_.size() < max_shown; }

std::string Diagnostics::text() const {
  auto ordered = found_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return place(a.at) < place(b.at); });
  std::string out;
  for (const auto& diagnostic : ordered)
    out += fmt::format("{}{}", out.empty() ? "" : "\n", render(diagnostic));
  if (has_more_) out += fmt::format("\nand more errors, not shown after the first {}", max_shown);
  return out;
}

void Diagnostics::throw_if_any() const {
  if (!is_empty()) throw Fatal(ExitCode::usage, text());
}

std::string in_quotes(std::string_view text) {
  const bool is_long = text.size() > max_quoted_bytes;
  const size_t end = is_long ? character_start(text, max_quoted_bytes) : text.size();
  return fmt::format("'{}{}'", one_line(text.substr(0, end)), is_long ? "..." : "");
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string match = near_miss(word, candidates);
  return match.empty() ? std::string() : fmt::format("did you mean {}?", in_quotes(match));
}

}  // namespace e2e::host
