#include "cli/again_command.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("TheCommandToRunAgainTakesTheSameSources") {
  Options options;
  CHECK(again_command(options) == "e2e-host run --last-failed");
  options.config_file = "my project/e2e.conf";
  options.environment = "staging";
  options.plugins = {"build/plugins", "a.so"};
  CHECK(again_command(options) ==
        "e2e-host run --last-failed -c 'my project/e2e.conf' -e staging --plugins build/plugins --plugins "
        "a.so");
}

TEST_CASE("TheCommandToRunAgainHasNoValuesThatMayBeSecret") {
  Options options;
  options.settings = {"services.users.token=secret=1", "general.retries"};
  CHECK(again_command(options) ==
        "e2e-host run --last-failed --set services.users.token=… --set general.retries=…");
}

TEST_CASE("TheCommandToRunAgainIsSafeToShow") {
  Options options;
  options.environment = "\x1b]0;owned\x07";
  CHECK(again_command(options).find_first_of("\x1b\x07") == std::string::npos);
}
