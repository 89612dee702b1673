#include "page/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "page/curl_library.hpp"
#include "page/header_field.hpp"

namespace e2e::host {
namespace {

constexpr int64_t max_seconds = 7LL * 24 * 3600;
/// The longest form of a date has 33 characters.
constexpr size_t max_date_bytes = 64;

}  // namespace

std::optional<int64_t> retry_after_ms(std::string_view value, int64_t now_unix_ns) {
  value = trim_blanks(value);
  if (value.empty()) return std::nullopt;
  const bool is_number = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    return (error == std::errc() ? std::min(seconds, max_seconds) : max_seconds) * 1000;
  }
  if (value.size() > max_date_bytes) return std::nullopt;
  const time_t date = curl().getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const int64_t now_ms = now_unix_ns / 1'000'000;
  const int64_t until_ms = std::min<int64_t>(date, now_ms / 1000 + max_seconds) * 1000;
  return std::max<int64_t>(0, until_ms - now_ms);
}

}  // namespace e2e::host
