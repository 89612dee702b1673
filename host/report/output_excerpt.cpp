#include "report/output_excerpt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kFirstLines = 10;
constexpr size_t kLastLines = 20;

/// The text up to the end of its line number `count`.
std::string_view first_lines(std::string_view text, size_t count) {
  size_t end = 0;
  while (count-- > 0 && end < text.size()) end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return text.substr(0, end);
}

/// The text from the beginning of its last `count` lines.
std::string_view last_lines(std::string_view text, size_t count) {
  size_t start = text.size();
  while (count-- > 0 && start > 0) {
    const size_t before = start < 2 ? std::string_view::npos : text.rfind('\n', start - 2);
    start = before == std::string_view::npos ? 0 : before + 1;
  }
  return text.substr(start);
}

/// The first and the last lines of a whole text; no last ones where the first are all.
std::pair<std::string_view, std::string_view> ends(std::string_view text) {
  if (first_lines(text, kFirstLines + kLastLines).size() == text.size()) return {text, {}};
  return {first_lines(text, kFirstLines), last_lines(text, kLastLines)};
}

}  // namespace

std::string output_excerpt(std::string_view name, const CapturedOutput& output) {
  if (output.total_bytes == 0) return {};
  // Without a gap between them the two are one text, cut at any byte.
  const bool is_whole = output.omitted_bytes == 0;
  const std::string whole = is_whole ? output.head + output.tail : std::string();
  const auto [first, last] =
      is_whole ? ends(whole)
               : std::pair(first_lines(output.head, kFirstLines), last_lines(output.tail, kLastLines));
  const uint64_t left_out =
      output.omitted_bytes + output.head.size() + output.tail.size() - first.size() - last.size();
  std::string out = fmt::format("  {} ({}):\n", name, size_text(output.total_bytes));
  append_indented(out, safe_lines(first), 4);
  if (left_out > 0) {
    const std::string where = output.file.empty() ? "" : ", all of it is in " + one_line(output.file);
    out += fmt::format("    … {} left out{} …\n", size_text(left_out), where);
  }
  append_indented(out, safe_lines(last), 4);
  return out;
}

}  // namespace e2e::host
