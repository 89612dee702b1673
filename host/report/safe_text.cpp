#include "report/safe_text.hpp"

#include "base/utf8.hpp"
#include "report/display_width.hpp"
#include "report/plain_text.hpp"

namespace e2e::host {
namespace {

constexpr int kLineColumns = 500;
constexpr size_t kMostBytesOfText = 4096;

/// Takes the next line off the text, without its end.
std::string_view next_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

std::string one_line(std::string_view text) {
  const std::string shown = text.size() <= kMostBytesOfText
                                ? printable(text)
                                : printable(bounded(std::string(text), kMostBytesOfText));
  std::string out;
  out.reserve(shown.size());
  for (const char c : shown) {
    if (c == '\n')
      out += "\\n";
    else
      out += c == '\t' ? ' ' : c;
  }
  return out;
}

std::string first_line(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line.find_first_not_of(" \t") != std::string_view::npos) return one_line(line);
  }
  return {};
}

std::vector<std::string> safe_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.push_back(printable(next_line(text)));
  return lines;
}

void append_indented(std::string& out, const std::vector<std::string>& lines, int indent) {
  for (const std::string& line : lines) {
    out.append(static_cast<size_t>(indent), ' ');
    out += fit_to_width(line, kLineColumns);
    out += '\n';
  }
}

}  // namespace e2e::host
