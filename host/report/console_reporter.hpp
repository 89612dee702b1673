#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "events/reporter.hpp"
#include "report/durations.hpp"
#include "report/terminal.hpp"

namespace e2e::host {

struct ConsoleOptions {
  bool verbose = false;  ///< a line for each test instead of each service, and what each slot does and uses
  bool debug = false;    ///< also each line of the plugins' log
  bool quiet = false;    ///< only failures, trouble and the final line; wins over both
  bool color = false;    ///< see resolve_color()
  int width = 100;       ///< columns; see terminal_width()
  int height = 0;        ///< rows; 0: not known
  bool is_terminal = false;  ///< there is a cursor to move: has_cursor_control(); else no live lines
  /// The terminal's columns and rows by now, as it may be resized; empty: they stay what they are.
  std::function<TerminalSize()> size_now = {};
  std::string again = {};  ///< the command that runs again what failed; empty: none to tell
  Durations earlier = {};  ///< what is known of the tests, for the time left
};

/// Where a reporter's bytes go: all of each call, in order.
using Sink = std::function<void(std::string_view)>;

/// A reporter for people, as the run goes: a header, a line for each service or test that is done, failures
/// at once and in full, tests that are slow, a summary; on a terminal also a progress bar, with what runs now
/// below it. At most one call of the sink for each event. Nothing that comes from tests, services or plugins
/// reaches the sink with a control character other than newline and tab.
std::unique_ptr<Reporter> make_console_reporter(ConsoleOptions options, Sink sink);

}  // namespace e2e::host
