// The options that say which tests a run is about, how often, and what is around it.
#include <e2e_catch.hpp>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "cli/options.hpp"

using namespace e2e::host;

namespace {

using Words = std::vector<std::string>;

Options parsed(Words words) {
  words.insert(words.begin(), {"e2e-host", "run"});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  std::optional<int> exit_status;
  return parse_options(static_cast<int>(argv.size()), argv.data(), exit_status);
}

std::string refusal(const Words& words) {
  try {
    parsed(words);
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "nothing was refused";
}

const std::string hint = "\nhint: `e2e-host run --help` shows what there is";

}  // namespace

TEST_CASE("RunIsOneRunOfAllUnlessToldOtherwise", "[run_options]") {
  const Options options = parsed({});
  CHECK_FALSE((options.last_failed || options.shard || options.list || options.dry_run));
  CHECK_FALSE((options.repeat || options.until_fail || options.build || options.watch));
  CHECK_FALSE((options.shuffle_seed || options.live || options.is_child));
  CHECK(options.debug_test.empty());
}

TEST_CASE("ChoiceAndRepetitionAreTaken", "[run_options]") {
  const Options options = parsed({"--last-failed", "--shard", "2/3", "--dry-run", "--live"});
  CHECK((options.last_failed && options.dry_run && options.live));
  REQUIRE(options.shard);
  CHECK(options.shard->number == 2);
  CHECK(options.shard->count == 3);
  CHECK(parsed({"--list"}).list);
  CHECK(parsed({"--repeat=5", "--until-fail", "--build"}).repeat == 5u);
  CHECK(parsed({"-w", "--build"}).watch);
  CHECK(parsed({"-vw"}).watch);
}

TEST_CASE("ShuffleTakesAValueOnlyWithAnEqualsSign", "[run_options]") {
  CHECK(parsed({"--shuffle=7"}).shuffle_seed == 7u);
  CHECK(parsed({"--shuffle=4294967295"}).shuffle_seed == 4294967295u);
  const Options any = parsed({"--shuffle", "7"});
  CHECK(any.shuffle_seed);
  CHECK(any.wanted.names == Words{"7"});
  CHECK(refusal({"--shuffle=x"}) ==
        "error: --shuffle: 'x' is not a whole number from 0 to 4294967295" + hint);
}

TEST_CASE("DebuggedTestIsTheOneNameInOneThread", "[run_options]") {
  const Options options = parsed({"--debug-test", "a::b::c", "-j", "4"});
  CHECK(options.debug_test == "a::b::c");
  CHECK(options.wanted.names == Words{"a::b::c"});
  CHECK(options.parallel == "0");
  CHECK(options.isolation == "none");
}

TEST_CASE("WhatCannotGoTogetherIsRefused", "[run_options]") {
  for (const Words& words : std::vector<Words>{{"--list", "--dry-run"},
                                               {"-w", "--repeat=2"},
                                               {"-w", "--until-fail"},
                                               {"-w", "--list"},
                                               {"--repeat=2", "--dry-run"},
                                               {"--debug-test=a", "-w"},
                                               {"--debug-test=a", "--list"},
                                               {"--debug-test=a", "b"},
                                               {"--debug-test=a", "--shard=1/2"},
                                               {"--debug-test=a", "--last-failed"},
                                               {"--debug-test=a", "--repeat=2"}}) {
    CAPTURE(words);
    CHECK(refusal(words).find(" excludes ") != std::string::npos);
  }
  CHECK(refusal({"--repeat=0"}) == "error: --repeat: '0' is not a whole number from 1 to 1000000" + hint);
}

TEST_CASE("RunThatAnotherStartedIsToldWhatItIsFor", "[run_options]") {
  const Options options =
      parsed({"--child-run", "--affected-service=a", "--affected-service=b", "--last-run=x", "-w"});
  CHECK(options.is_child);
  CHECK(options.affected_services == Words{"a", "b"});
  CHECK(options.last_run == "x");
}
