#include "cli/run_options.hpp"

#include <charconv>
#include <random>
#include <string>

#include "cli/help_text.hpp"
#include "cli/option_checks.hpp"
#include "cli/report_options.hpp"
#include "cli/shared_options.hpp"

namespace e2e::host {
namespace {

constexpr int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;
constexpr int64_t highest_seed = 0xFFFFFFFF;

OptionCheck order() {
  return [](const std::string& word) {
    return word == any_order ? std::string() : whole_number(0, highest_seed)(word);
  };
}

OptionCheck shard() {
  return [](const std::string& word) -> std::string {
    if (parse_shard(word)) return {};
    return "'" + word + "' is not a shard, as 2/5 is: the second of five, at most 10000";
  };
}

uint32_t seed_of(const std::string& word) {
  uint32_t seed = 0;
  if (word == any_order) return std::random_device()();
  std::from_chars(word.data(), word.data() + word.size(), seed);
  return seed;
}

void add_which_tests(CLI::App& run, Options& options) {
  run.add_flag("--last-failed", options.last_failed,
               "what failed or did not finish in the last run; if none, all")
      ->group(help_tests);
  run.add_option_function<std::string>(
         "--shard", [&options](const std::string& word) { options.shard = parse_shard(word); },
         "the I-th of N shares of the tests")
      ->type_name("I/N")
      ->check(shard())
      ->group(help_tests);
  CLI::Option* list =
      run.add_flag("--list", options.list, "only shows the tests that would run")->group(help_tests);
  run.add_flag("--dry-run", options.dry_run, "only shows what would run where, in which order")
      ->excludes(list)
      ->group(help_tests);
  run.add_flag("--allow-empty", options.allow_empty, "running no test at all is no error")->group(help_tests);
}

void add_workers(CLI::App& run, Options& options) {
  run.add_option("-j,--parallel", options.parallel, "workers: a number; 0: none beside another; bare: auto")
      ->type_name("[N|auto]");
  run.add_option("--parallel-mode", options.mode, "handed out at once: a service's tests, or one test")
      ->type_name("service|test");
  run.add_option("--isolation", options.isolation, "what they share: nothing, a worker process, all")
      ->type_name("process|service|none");
  run.add_option("--timeout", options.timeout_ms, "how long a test may take that does not say so itself")
      ->type_name("MS")
      ->check(whole_number(1, week_ms));
  run.add_option("--run-timeout", options.run_timeout_ms, "how long the whole run may take")
      ->type_name("MS")
      ->check(whole_number(1, week_ms));
  run.add_option("--retries", options.retries, "how often a failed test is tried again")
      ->type_name("N")
      ->check(whole_number(0, 100));
  run.add_option("--fail-fast", options.fail_fast, "hands out no more tests after N have failed (bare: 1)")
      ->type_name("[=N]")
      ->check(whole_number(1, 1'000'000));
  run.add_flag("--fail-on-flaky", options.fail_on_flaky,
               "a test that passed only when tried again fails the run");
  run.add_option_function<std::string>(
         "--shuffle", [&options](const std::string& word) { options.shuffle_seed = seed_of(word); },
         "in another order, as far as depends_on allows; again by SEED")
      ->type_name("[=SEED]")
      ->check(order());
  for (const char* option : {"--parallel", "--parallel-mode", "--isolation", "--timeout", "--run-timeout",
                             "--retries", "--fail-fast", "--fail-on-flaky", "--shuffle"})
    run.get_option(option)->group(help_workers);
}

void add_repetition(CLI::App& run, Options& options) {
  CLI::Option* repeat = run.add_option("--repeat", options.repeat, "runs N times, each a run of its own")
                            ->type_name("N")
                            ->check(whole_number(1, 1'000'000));
  CLI::Option* until_fail =
      run.add_flag("--until-fail", options.until_fail, "runs until it fails, at most --repeat times");
  run.add_flag("--build", options.build, "runs the project's build command first");
  CLI::Option* watch =
      run.add_flag("-w,--watch", options.watch, "runs again when a plugin changes; with --build, a source");
  CLI::Option* debug =
      run.add_option("--debug-test", options.debug_test, "runs the test ID in gdb, or $E2E_DEBUGGER")
          ->type_name("ID");
  watch->excludes(repeat)->excludes(until_fail);
  debug->excludes(repeat)->excludes(until_fail)->excludes(watch);
  for (CLI::Option* once : {repeat, until_fail, watch, debug})
    once->excludes("--list")->excludes("--dry-run");
  debug->excludes("NAME")->excludes("--shard")->excludes("--last-failed");
  for (const char* option : {"--repeat", "--until-fail", "--build", "--watch", "--debug-test"})
    run.get_option(option)->group(help_repetition);
}

void add_output(CLI::App& run, Options& options) {
  add_console_options(run, options);
  run.add_flag("--live", options.live, "what tests print, as it comes, each line with its test's id")
      ->group(help_output);
}

/// What a run tells one that it starts; an empty group is not on the help page.
void add_child_options(CLI::App& run, Options& options) {
  run.add_flag("--child-run", options.is_child)->group("");
  run.add_option("--affected-service", options.affected_services)->allow_extra_args(false)->group("");
  run.add_option("--last-run", options.last_run)->group("");
  run.add_option("--events-to", options.events_to)->group("");
}

}  // namespace

CLI::App* add_run_command(CLI::App& app, Options& options) {
  CLI::App* run = app.add_subcommand("run", "runs tests, and says how they went");
  add_choice_options(*run, options);
  add_which_tests(*run, options);
  add_source_options(*run, options);
  add_frozen_option(*run, options);
  add_workers(*run, options);
  add_repetition(*run, options);
  add_output(*run, options);
  add_report_options(*run, options);
  add_child_options(*run, options);
  return run;
}

}  // namespace e2e::host
