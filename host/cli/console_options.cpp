#include "cli/console_options.hpp"

#include <unistd.h>

#include <string>

#include "report/terminal.hpp"

extern char** environ;

namespace e2e::host {
namespace {

EnvironmentMap environment() {
  EnvironmentMap variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (const size_t equals = text.find('='); equals != std::string::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

ConsoleOptions console_options(const Options& options, int fd) {
  const EnvironmentMap variables = environment();
  const bool is_terminal = ::isatty(fd) == 1;
  const ColorChoice choice = options.color == "always"  ? ColorChoice::always
                             : options.color == "never" ? ColorChoice::never
                                                        : ColorChoice::automatic;
  ConsoleOptions console;
  console.verbose = options.verbose;
  console.quiet = options.quiet;
  console.debug = options.debug;
  console.color = resolve_color(choice, variables, is_terminal);
  console.width = terminal_width(variables, fd);
  console.height = terminal_size(fd).rows;
  console.is_terminal = has_cursor_control(variables, is_terminal);
  if (console.is_terminal) console.size_now = [fd] { return terminal_size(fd); };
  return console;
}

bool may_link(int fd) { return resolve_hyperlinks(environment(), ::isatty(fd) == 1); }

}  // namespace e2e::host
