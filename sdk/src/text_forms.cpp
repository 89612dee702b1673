#include "text_forms.hpp"

#include "e2e/match.hpp"

namespace e2e {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// The number that all of `text` is, of that many digits; -1 if it is something else.
int number_of(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return -1;
  int number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

int days_of(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool is_between(int number, int least, int most) { return number >= least && number <= most; }

/// "Z", "+01:00"
bool is_offset(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
         is_between(number_of(text.substr(1, 2), 2), 0, 23) &&
         is_between(number_of(text.substr(4, 2), 2), 0, 59);
}

}  // namespace

bool is_uuid(std::string_view text) {
  constexpr std::size_t size = 36;
  if (text.size() != size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = number_of(text.substr(0, 4), 4);
  const int month = number_of(text.substr(5, 2), 2);
  return year >= 0 && is_between(month, 1, 12) &&
         is_between(number_of(text.substr(8, 2), 2), 1, days_of(year, month));
}

bool is_date_time(std::string_view text) {
  constexpr std::size_t to_seconds = 19;
  if (text.size() <= to_seconds || !is_date(text.substr(0, 10))) return false;
  if ((text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return false;
  if (!is_between(number_of(text.substr(11, 2), 2), 0, 23) ||
      !is_between(number_of(text.substr(14, 2), 2), 0, 59) ||
      !is_between(number_of(text.substr(17, 2), 2), 0, 60)) {
    return false;
  }
  std::string_view rest = text.substr(to_seconds);
  if (rest.front() == '.') {
    std::size_t digits = 1;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits == 1) return false;
    rest.remove_prefix(digits);
  }
  return is_offset(rest);
}

namespace detail {

bool is_http_url(std::string_view text) {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (text.substr(0, scheme.size()) != scheme) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    return !host.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
  }
  return false;
}

}  // namespace detail
}  // namespace e2e
