#include "discovery/test_annotations.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr int64_t max_timeout_ms = 7LL * 24 * 60 * 60 * 1000;
constexpr int64_t max_retries = 100;
constexpr size_t max_resource_bytes = 200;

std::optional<int64_t> parse_number(std::string_view text, int64_t low, int64_t high) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
    return std::nullopt;
  return value;
}

}  // namespace

TestAnnotations read_annotations(const DescribedTest& test, std::vector<std::string>& problems) {
  TestAnnotations read;
  const auto complain = [&](std::string_view key, std::string_view value, std::string_view allowed) {
    problems.push_back(fmt::format("{}:{}: test {}::{}: {} is '{}'; it must be {}", printable(test.file),
                                   test.line, test.module, test.name, key, printable(value), allowed));
  };
  for (const auto& [key, value] : test.annotations) {
    if (key == "tag") {
      read.tags.push_back(value);
    } else if (key == "depends_on") {
      read.depends_on.push_back(value);
    } else if (key == "resource" || key == "shared_resource") {
      if (value.empty() || value.size() > max_resource_bytes)
        complain(key, value, "a name of 1 to 200 bytes");
      else
        read.resources.push_back({value, key == "shared_resource"});
    } else if (key == "priority") {
      if (const auto priority = parse_priority(value))
        read.priority = *priority;
      else
        complain(key, value, "critical, high, normal or low");
    } else if (key == "timeout_ms") {
      if (const auto timeout = parse_number(value, 1, max_timeout_ms))
        read.timeout_ms = *timeout;
      else
        complain(key, value, "a number of milliseconds from 1 to a week");
    } else if (key == "retries") {
      if (const auto retries = parse_number(value, 0, max_retries))
        read.max_attempts = static_cast<uint32_t>(*retries) + 1;
      else
        complain(key, value, "a number from 0 to 100");
    }
  }
  return read;
}

}  // namespace e2e::host
