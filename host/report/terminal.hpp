#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace e2e::host {

/// What `--color` says.
enum class ColorChoice : uint8_t { automatic, always, never };

/// Environment variables by name.
using EnvironmentMap = std::map<std::string, std::string>;

/// Whether to colour. The first that has something to say decides: the choice; NO_COLOR (not empty);
/// FORCE_COLOR
/// (`0` and `false` say no, anything else yes); CLICOLOR_FORCE (not empty, not 0); CLICOLOR=0; whether it is
/// a terminal whose TERM is not `dumb`. See https://no-color.org and https://bixense.com/clicolors.
bool resolve_color(ColorChoice choice, const EnvironmentMap& environment, bool is_terminal);

/// Whether the cursor may be moved: a terminal whose TERM is not `dumb`. Another question than colour.
bool has_cursor_control(const EnvironmentMap& environment, bool is_terminal);

struct TerminalSize {
  int columns = 0, rows = 0;  ///< 0: not known
};

/// Of the terminal at `fd` (TIOCGWINSZ).
TerminalSize terminal_size(int fd);

/// Whether text may carry links (OSC 8): FORCE_HYPERLINK decides (`0` says no, anything else yes), else
/// has_cursor_control() and a TERM that is not `linux`, whose console shows them as noise.
bool resolve_hyperlinks(const EnvironmentMap& environment, bool is_terminal);

/// Columns of the terminal at `fd` (TIOCGWINSZ), else $COLUMNS if it is a number from 1 to 9999, else 100.
int terminal_width(const EnvironmentMap& environment, int fd = 1);

}  // namespace e2e::host
