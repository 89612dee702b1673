#include "cli/options.hpp"

#include <optional>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Words = std::vector<std::string>;

Options parsed_words(Words words) {
  words.insert(words.begin(), "e2e-host");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  std::optional<int> exit_status;
  Options options = parse_options(static_cast<int>(argv.size()), argv.data(), exit_status);
  CHECK_FALSE(exit_status);
  return options;
}

std::string refusal_of_words(const Words& words) {
  try {
    parsed_words(words);
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "nothing was refused";
}

const std::string run_hint = "\nhint: `e2e-host run --help` shows what there is";

}  // namespace

TEST_CASE("CommandIsTheFirstWord", "[options]") {
  CHECK(parsed_words({"run"}).command == Command::run);
  CHECK(parsed_words({"list"}).command == Command::list);
  CHECK(parsed_words({"inspect", "a.so"}).command == Command::inspect);
  CHECK(parsed_words({"version"}).command == Command::version);
  CHECK(parsed_words({"--version"}).command == Command::version);
}

TEST_CASE("RunWithoutOptionsAsksForNothing", "[options]") {
  const Options options = parsed_words({"run"});
  CHECK(options.wanted.names.empty());
  CHECK(options.wanted.with_dependencies);
  CHECK_FALSE(options.parallel);
  CHECK_FALSE(options.mode);
  CHECK_FALSE(options.isolation);
  CHECK_FALSE(options.timeout_ms);
  CHECK_FALSE(options.run_timeout_ms);
  CHECK_FALSE(options.retries);
  CHECK(options.fail_fast == 0);
  CHECK_FALSE((options.verbose || options.quiet || options.debug || options.allow_empty || options.json));
  CHECK(options.color == "auto");
}

TEST_CASE("NextWordIsTheNumberOfWorkersOnlyIfItIsOne", "[options]") {
  const auto option = GENERATE(as<std::string>(), "-j", "--parallel");
  const auto check = [&](const Words& after, const std::string& parallel, const Words& names) {
    Words words = {"run", option};
    words.insert(words.end(), after.begin(), after.end());
    const Options options = parsed_words(words);
    CHECK(options.parallel == parallel);
    CHECK(options.wanted.names == names);
  };
  check({"4", "users"}, "4", {"users"});
  check({"users"}, "auto", {"users"});
  check({"auto", "users"}, "auto", {"users"});
  check({}, "auto", {});
  check({"0"}, "0", {});
  check({"-4", "users"}, "-4", {"users"});
  check({"4x"}, "auto", {"4x"});
  check({"4", "5"}, "4", {"5"});
  check({"--", "4"}, "auto", {"4"});
  check({"-s", "users"}, "auto", {});
}

TEST_CASE("NumberOfWorkersMayBeJoined", "[options]") {
  CHECK(parsed_words({"run", "-j4", "users"}).parallel == "4");
  CHECK(parsed_words({"run", "--parallel=4", "users"}).parallel == "4");
  CHECK(parsed_words({"run", "--parallel=auto"}).parallel == "auto");
}

TEST_CASE("FailFastTakesAValueOnlyWithAnEqualsSign", "[options]") {
  CHECK(parsed_words({"run", "--fail-fast"}).fail_fast == 1);
  CHECK(parsed_words({"run", "--fail-fast=2"}).fail_fast == 2);
  const Options options = parsed_words({"run", "--fail-fast", "2"});
  CHECK(options.fail_fast == 1);
  CHECK(options.wanted.names == Words{"2"});
}

TEST_CASE("RepeatableOptionsTakeOneWordEach", "[options]") {
  const Options options =
      parsed_words({"run", "-s", "a", "users", "--service", "b", "-m", "01_x", "--module=02_y", "-t", "smoke",
                    "--tag", "slow", "-x", "flaky", "--exclude-tag", "old"});
  CHECK(options.wanted.services == Words{"a", "b"});
  CHECK(options.wanted.names == Words{"users"});
  CHECK(options.wanted.modules == Words{"01_x", "02_y"});
  CHECK(options.wanted.tags == Words{"smoke", "slow"});
  CHECK(options.wanted.excluded_tags == Words{"flaky", "old"});
}

TEST_CASE("NamesMayStandAnywhereAndLookLikeCommands", "[options]") {
  CHECK(parsed_words({"run", "a", "-v", "b"}).wanted.names == Words{"a", "b"});
  CHECK(parsed_words({"run", "list", "run", "version"}).wanted.names == Words{"list", "run", "version"});
}

TEST_CASE("AfterTwoDashesEverythingIsAName", "[options]") {
  const Options options = parsed_words({"run", "-v", "--", "-j", "--fail-fast", "users"});
  CHECK(options.verbose);
  CHECK(options.wanted.names == Words{"-j", "--fail-fast", "users"});
  CHECK_FALSE(options.parallel);
  CHECK(options.fail_fast == 0);
}

TEST_CASE("OptionsOfARunAreTaken", "[options]") {
  const Options options = parsed_words({"run",
                                        "--parallel-mode",
                                        "test",
                                        "--isolation",
                                        "none",
                                        "--timeout",
                                        "1500",
                                        "--run-timeout",
                                        "60000",
                                        "--retries",
                                        "2",
                                        "--no-deps",
                                        "--allow-empty",
                                        "-d",
                                        "-q",
                                        "--color",
                                        "never",
                                        "-c",
                                        "a.conf",
                                        "-e",
                                        "staging",
                                        "--set",
                                        "a=1",
                                        "--set",
                                        "b=2",
                                        "--plugins",
                                        "x",
                                        "--plugins",
                                        "y.so"});
  CHECK(options.mode == "test");
  CHECK(options.isolation == "none");
  CHECK(options.timeout_ms == 1500);
  CHECK(options.run_timeout_ms == 60000);
  CHECK(options.retries == 2u);
  CHECK_FALSE(options.wanted.with_dependencies);
  CHECK((options.allow_empty && options.debug && options.quiet && !options.verbose));
  CHECK(options.color == "never");
  CHECK(options.config_file == "a.conf");
  CHECK(options.environment == "staging");
  CHECK(options.settings == Words{"a=1", "b=2"});
  CHECK(options.plugins == std::vector<std::filesystem::path>{"x", "y.so"});
}

TEST_CASE("ListAndInspectHaveTheirOwn", "[options]") {
  const Options list = parsed_words({"list", "--json", "users", "-t", "smoke", "-c", "a.conf", "-e", "x",
                                     "--set", "a=1", "--plugins", "p", "--no-deps"});
  CHECK(list.json);
  CHECK(list.wanted.names == Words{"users"});
  CHECK(list.wanted.tags == Words{"smoke"});
  CHECK(list.config_file == "a.conf");
  const Options inspect = parsed_words({"inspect", "a.so", "--json", "b.so"});
  CHECK(inspect.json);
  CHECK(inspect.files == std::vector<std::filesystem::path>{"a.so", "b.so"});
}

TEST_CASE("OfAnOptionGivenTwiceTheLastCounts", "[options]") {
  CHECK(parsed_words({"run", "-j", "2", "-j", "3"}).parallel == "3");
  CHECK(parsed_words({"run", "--retries", "2", "--retries", "0"}).retries == 0u);
  CHECK(parsed_words({"run", "--fail-fast", "--fail-fast=3"}).fail_fast == 3);
}

TEST_CASE("UnknownOptionIsNamedWithWhatMayHaveBeenMeant", "[options]") {
  CHECK(refusal_of_words({"run", "--paralel", "4"}) ==
        "error: unknown option '--paralel'; did you mean '--parallel'?" + run_hint);
  CHECK(refusal_of_words({"run", "--tags=smoke"}) ==
        "error: unknown option '--tags'; did you mean '--tag'?" + run_hint);
  CHECK(refusal_of_words({"run", "users", "--frobnicate"}) ==
        "error: unknown option '--frobnicate'" + run_hint);
  CHECK(refusal_of_words({"list", "--jsn"}) ==
        "error: unknown option '--jsn'; did you mean '--json'?\nhint: `e2e-host list --help` shows what "
        "there is");
  CHECK(refusal_of_words({"run", "--\x1b[31m"}) == "error: unknown option '--\\x1B[31m'" + run_hint);
}

TEST_CASE("UnknownCommandIsNamedWithWhatMayHaveBeenMeant", "[options]") {
  const std::string hint = "\nhint: `e2e-host --help` shows what there is";
  CHECK(refusal_of_words({}) == "error: no command was given" + hint);
  CHECK(refusal_of_words({"lst"}) == "error: there is no command 'lst'; did you mean 'list'?" + hint);
  CHECK(refusal_of_words({"frobnicate"}) == "error: there is no command 'frobnicate'" + hint);
  CHECK(refusal_of_words({"--json", "list"}) ==
        "error: unknown option '--json' before a command\nhint: `e2e-host list --help` shows what there is");
  CHECK(refusal_of_words({"--", "run"}) == "error: there is no command '--'" + hint);
}

TEST_CASE("ValuesThatCannotBeAreRefused", "[options]") {
  const auto whole = [](const std::string& option, const std::string& value, const std::string& range) {
    CHECK(refusal_of_words({"run", "--" + option + "=" + value}) ==
          "error: --" + option + ": '" + value + "' is not a whole number from " + range + run_hint);
  };
  for (const char* value : {"0", "-1", "x", "1.5", "604800001", "99999999999999999999", "1ms"}) {
    whole("timeout", value, "1 to 604800000");
    whole("run-timeout", value, "1 to 604800000");
  }
  whole("retries", "101", "0 to 100");
  whole("retries", "-1", "0 to 100");
  whole("fail-fast", "0", "1 to 1000000");
  whole("fail-fast", "x", "1 to 1000000");
  CHECK(refusal_of_words({"run", "--color", "blue"}) ==
        "error: --color: 'blue' is not one of auto, always, never" + run_hint);
}

TEST_CASE("WhatIsMissingIsNamed", "[options]") {
  CHECK(refusal_of_words({"run", "-s"}) == "error: --service: 1 required NAME missing" + run_hint);
  CHECK(refusal_of_words({"inspect"}) ==
        "error: FILE is required\nhint: `e2e-host inspect --help` shows what there is");
}

TEST_CASE("VerboseAndQuietExcludeEachOther", "[options]") {
  CHECK(refusal_of_words({"run", "-v", "-q"}).find("excludes") != std::string::npos);
}

TEST_CASE("WordThatNothingAsksForIsRefused", "[options]") {
  CHECK(refusal_of_words({"version", "users"}) ==
        "error: 'users' was not expected\nhint: `e2e-host version --help` shows what there is");
}
