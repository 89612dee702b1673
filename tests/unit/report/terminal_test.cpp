#include "report/terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <e2e_catch.hpp>

#include "base/unique_fd.hpp"
#include "not_tested.hpp"
#include "report/hyperlink.hpp"

using namespace e2e::host;

namespace {
bool automatic(const EnvironmentMap& environment, bool is_terminal) {
  return resolve_color(ColorChoice::automatic, environment, is_terminal);
}
}  // namespace

TEST_CASE("TheColorOptionDecidesAlone") {
  CHECK(resolve_color(ColorChoice::always, {{"NO_COLOR", "1"}, {"TERM", "dumb"}}, false));
  CHECK_FALSE(resolve_color(ColorChoice::never, {{"FORCE_COLOR", "1"}}, true));
}

TEST_CASE("EachVariableWinsOverTheOnesBehindIt") {
  CHECK_FALSE(automatic({{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, true));
  CHECK(automatic({{"FORCE_COLOR", "1"}, {"CLICOLOR", "0"}, {"TERM", "dumb"}}, false));
  CHECK(automatic({{"CLICOLOR_FORCE", "1"}, {"CLICOLOR", "0"}}, false));
  CHECK_FALSE(automatic({{"CLICOLOR", "0"}}, true));
}

TEST_CASE("AVariableThatSaysNothingIsPassedOver") {
  CHECK(automatic({{"NO_COLOR", ""}}, true));
  CHECK_FALSE(automatic({{"FORCE_COLOR", ""}}, false));
  CHECK_FALSE(automatic({{"CLICOLOR_FORCE", "0"}}, false));
  CHECK(automatic({{"CLICOLOR", "1"}}, true));
}

TEST_CASE("ForceColorCanSayNo") {
  CHECK_FALSE(automatic({{"FORCE_COLOR", "0"}}, true));
  CHECK_FALSE(automatic({{"FORCE_COLOR", "false"}, {"CLICOLOR_FORCE", "1"}}, true));
}

TEST_CASE("OtherwiseATerminalThatIsNotDumbHasColor") {
  CHECK(automatic({{"TERM", "xterm"}}, true));
  CHECK(automatic({}, true));
  CHECK_FALSE(automatic({{"TERM", "dumb"}}, true));
  CHECK_FALSE(automatic({{"TERM", "xterm"}}, false));
}

TEST_CASE("CursorControlDoesNotAskForColor") {
  CHECK(has_cursor_control({{"NO_COLOR", "1"}}, true));
  CHECK_FALSE(has_cursor_control({{"FORCE_COLOR", "1"}}, false));
  CHECK_FALSE(has_cursor_control({{"TERM", "dumb"}}, true));
}

TEST_CASE("LinksAreForTerminalsThatTakeThem") {
  CHECK(resolve_hyperlinks({{"TERM", "xterm"}}, true));
  CHECK_FALSE(resolve_hyperlinks({{"TERM", "xterm"}}, false));
  CHECK_FALSE(resolve_hyperlinks({{"TERM", "dumb"}}, true));
  CHECK_FALSE(resolve_hyperlinks({{"TERM", "linux"}}, true));
  CHECK(resolve_hyperlinks({{"TERM", "dumb"}, {"FORCE_HYPERLINK", "1"}}, false));
  CHECK_FALSE(resolve_hyperlinks({{"TERM", "xterm"}, {"FORCE_HYPERLINK", "0"}}, true));
}

TEST_CASE("AFilesLinkEscapesItsPath") {
  const std::string link = file_link("shown", "/a folder/\x1b]8;;\n\xFF%#?.html");
  CHECK(link.starts_with("\x1b]8;;file://"));
  CHECK(link.ends_with("/a%20folder/%1B%5D8%3B%3B%0A%FF%25%23%3F.html\x1b\\shown\x1b]8;;\x1b\\"));
}

TEST_CASE("WidthOfNoTerminalIsColumnsOr100") {
  const UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto width = [&](const EnvironmentMap& environment) {
    return terminal_width(environment, file.get());
  };
  CHECK(width({}) == 100);
  CHECK(width({{"COLUMNS", "72"}}) == 72);
  CHECK(width({{"COLUMNS", "0"}}) == 100);
  CHECK(width({{"COLUMNS", "-5"}}) == 100);
  CHECK(width({{"COLUMNS", "80x"}}) == 100);
  CHECK(width({{"COLUMNS", "99999999999"}}) == 100);
}

TEST_CASE("WidthOfATerminalIsItsOwn") {
  const UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal) {
    e2e_test::not_tested("no terminal can be opened (is /dev/pts mounted?)", e2e_test::Lacking::by_mistake);
    return;
  }
  REQUIRE(::grantpt(terminal.get()) == 0);
  REQUIRE(::unlockpt(terminal.get()) == 0);
  winsize size{};
  size.ws_col = 47;
  REQUIRE(::ioctl(terminal.get(), TIOCSWINSZ, &size) == 0);
  CHECK(terminal_width({{"COLUMNS", "72"}}, terminal.get()) == 47);
  size.ws_col = 0;
  REQUIRE(::ioctl(terminal.get(), TIOCSWINSZ, &size) == 0);
  CHECK(terminal_width({{"COLUMNS", "72"}}, terminal.get()) == 72);
}
