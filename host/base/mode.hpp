#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace e2e::host {

/// What a unit is: all the selected tests of one service, or one test.
enum class Mode : uint8_t { service, test };
/// What units share: nothing, a worker, or the host's own process.
enum class Isolation : uint8_t { process, service, none };

constexpr std::string_view to_string(Mode mode) { return mode == Mode::service ? "service" : "test"; }
constexpr std::string_view to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::process:
      return "process";
    case Isolation::service:
      return "service";
    case Isolation::none:
      return "none";
  }
  return "?";
}

/// The mode of that name, or nullopt.
constexpr std::optional<Mode> parse_mode(std::string_view name) {
  if (name == "service") return Mode::service;
  if (name == "test") return Mode::test;
  return std::nullopt;
}
/// The isolation level of that name, or nullopt.
constexpr std::optional<Isolation> parse_isolation(std::string_view name) {
  if (name == "process") return Isolation::process;
  if (name == "service") return Isolation::service;
  if (name == "none") return Isolation::none;
  return std::nullopt;
}

}  // namespace e2e::host
