#include "api/clock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace demo {

Clock system_clock() {
  return [] {
    using namespace std::chrono;
    return std::int64_t{
        duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
  };
}

std::string iso8601(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, unix_ms % 1000);
}

}  // namespace demo
