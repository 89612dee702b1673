#include "report/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace e2e::host {

std::string duration_text(int64_t duration_ns) {
  const int64_t us = (std::max<int64_t>(duration_ns, 0) + 500) / 1000;
  // Each limit is where the shorter form would round up to the next unit: never "1000 ms" or "60.0 s".
  if (us < 50) return "0 ms";
  if (us < 950) return fmt::format("{}.{} ms", (us + 50) / 1000, (us + 50) / 100 % 10);
  if (us < 999'500) return fmt::format("{} ms", (us + 500) / 1000);
  if (us < 59'950'000) return fmt::format("{}.{} s", (us + 50'000) / 1'000'000, (us + 50'000) / 100'000 % 10);
  const int64_t seconds = (us + 500'000) / 1'000'000;
  if (seconds < 3600) return fmt::format("{} m {:02} s", seconds / 60, seconds % 60);
  const int64_t minutes = (seconds + 30) / 60;
  return fmt::format("{} h {:02} m", minutes / 60, minutes % 60);
}

std::string size_text(uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (size >= 1023.95 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string count_text(uint64_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

}  // namespace e2e::host
