#include "report/terminal.hpp"

#include <sys/ioctl.h>

#include <charconv>
#include <string_view>

namespace e2e::host {
namespace {

constexpr int kUnknownWidth = 100;
constexpr int kWidest = 9999;

/// Empty where it is not set.
std::string_view variable(const EnvironmentMap& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

bool resolve_color(ColorChoice choice, const EnvironmentMap& environment, bool is_terminal) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  if (!variable(environment, "NO_COLOR").empty()) return false;
  const std::string_view force = variable(environment, "FORCE_COLOR");
  if (!force.empty()) return force != "0" && force != "false";
  const std::string_view cli_force = variable(environment, "CLICOLOR_FORCE");
  if (!cli_force.empty() && cli_force != "0") return true;
  if (variable(environment, "CLICOLOR") == "0") return false;
  return has_cursor_control(environment, is_terminal);
}

bool has_cursor_control(const EnvironmentMap& environment, bool is_terminal) {
  return is_terminal && variable(environment, "TERM") != "dumb";
}

TerminalSize terminal_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

bool resolve_hyperlinks(const EnvironmentMap& environment, bool is_terminal) {
  const std::string_view force = variable(environment, "FORCE_HYPERLINK");
  if (!force.empty()) return force != "0";
  return has_cursor_control(environment, is_terminal) && variable(environment, "TERM") != "linux";
}

int terminal_width(const EnvironmentMap& environment, int fd) {
  if (const TerminalSize size = terminal_size(fd); size.columns > 0) return size.columns;
  const std::string_view columns = variable(environment, "COLUMNS");
  int width = 0;
  const auto [end, error] = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  const bool is_number = error == std::errc() && end == columns.data() + columns.size();
  return is_number && width >= 1 && width <= kWidest ? width : kUnknownWidth;
}

}  // namespace e2e::host
