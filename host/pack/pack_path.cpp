#include "pack/pack_path.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view take_part(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

int sign_of(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

/// Numbers of any length.
int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign_of(a.compare(b));
}

/// Dotted parts, one by one. A part that the shorter text lacks is `missing`; one that is still empty is
/// older than any.
int compare_parts(std::string_view a, std::string_view b, std::string_view missing, bool are_numbers_newer) {
  while (!a.empty() || !b.empty()) {
    const std::string_view x = a.empty() ? missing : take_part(a, '.');
    const std::string_view y = b.empty() ? missing : take_part(b, '.');
    int order = 0;
    if (x.empty() || y.empty())
      order = (x.empty() ? 0 : 1) - (y.empty() ? 0 : 1);
    else if (is_number(x) && is_number(y))
      order = compare_numbers(x, y);
    else if (is_number(x) != is_number(y))
      order = is_number(x) == are_numbers_newer ? 1 : -1;
    else
      order = sign_of(x.compare(y));
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace

std::string pack_path_problem(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > max_pack_path_bytes) return "is longer than 512 bytes";
  if (path.front() == '/') return "is absolute";
  for (std::string_view rest = path; !rest.empty();) {
    const size_t length = utf8_length(rest);
    if (length == 0) return "is not UTF-8";
    if (rest.front() == '\\' || printable(rest.substr(0, length)) != rest.substr(0, length) ||
        rest.front() == '\n' || rest.front() == '\t')
      return "has control characters, direction marks or backslashes";
    rest.remove_prefix(length);
  }
  size_t parts = 0;
  if (path.back() == '/') return "has an empty part";
  for (std::string_view rest = path; !rest.empty(); ++parts) {
    const std::string_view part = take_part(rest, '/');
    if (part.empty()) return "has an empty part";
    if (part == "..") return "leads out of the pack";
    if (part == ".") return "has a part '.'";
    if (part.size() > 255) return "has a part of more than 255 bytes";
  }
  return parts > max_pack_path_parts ? "has more than 16 parts" : "";
}

std::string pack_word_problem(std::string_view word) {
  const auto fits = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("._-+").find(c) != std::string_view::npos;
  };
  const bool is_good =
      !word.empty() && word.size() <= 64 && (is_letter(word.front()) || is_digit(word.front())) &&
      std::all_of(word.begin(), word.end(), fits) && word.find("..") == std::string_view::npos;
  return is_good ? ""
                 : "must be 1 to 64 letters, digits, '.', '_', '-' and '+', and begin with a letter or digit";
}

int compare_versions(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('+'));
  b = b.substr(0, b.find('+'));
  const int order = compare_parts(a.substr(0, a.find('-')), b.substr(0, b.find('-')), "0", true);
  if (order != 0) return order;
  const bool is_early_a = a.find('-') != std::string_view::npos,
             is_early_b = b.find('-') != std::string_view::npos;
  if (is_early_a != is_early_b) return is_early_a ? -1 : 1;
  if (!is_early_a) return 0;
  // Of two that are equal so far, the one with more parts is newer: an absent one is before any.
  return compare_parts(a.substr(a.find('-') + 1), b.substr(b.find('-') + 1), "", false);
}

}  // namespace e2e::host
