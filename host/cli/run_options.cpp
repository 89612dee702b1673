#include "cli/run_options.hpp"

#include "cli/option_checks.hpp"
#include "cli/report_options.hpp"
#include "cli/shared_options.hpp"

namespace e2e::host {

CLI::App* add_run_command(CLI::App& app, Options& options) {
  CLI::App* run = app.add_subcommand("run", "runs tests, and says how they went");
  add_choice_options(*run, options);
  add_source_options(*run, options);
  run->add_option("-j,--parallel", options.parallel,
                  "workers: a number, or `auto` for the CPUs there are (bare: auto; 0: one after the other)")
      ->type_name("[N|auto]");
  run->add_option("--parallel-mode", options.mode,
                  "what is handed out at once: all tests of a service, or one test")
      ->type_name("service|test");
  run->add_option("--isolation", options.isolation,
                  "what these share: nothing, a worker process, or all (for a debugger)")
      ->type_name("process|service|none");
  constexpr int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;
  run->add_option("--timeout", options.timeout_ms, "how long a test may take that does not say so itself")
      ->type_name("MS")
      ->check(whole_number(1, week_ms));
  run->add_option("--run-timeout", options.run_timeout_ms, "how long the whole run may take")
      ->type_name("MS")
      ->check(whole_number(1, week_ms));
  run->add_option("--retries", options.retries, "how often a failed test is tried again")
      ->type_name("N")
      ->check(whole_number(0, 100));
  run->add_option("--fail-fast", options.fail_fast, "stops handing out tests after N have failed (bare: 1)")
      ->type_name("[=N]")
      ->check(whole_number(1, 1'000'000));
  run->add_flag("--allow-empty", options.allow_empty, "running no test at all is no error");
  CLI::Option* verbose = run->add_flag("-v,--verbose", options.verbose, "a line for each test");
  run->add_flag("-q,--quiet", options.quiet, "only failures and the last line")->excludes(verbose);
  run->add_flag("-d,--debug", options.debug, "what plugins wrote to the log, too");
  run->add_option("--color", options.color, "whether what is printed is coloured (default: auto)")
      ->check(one_of({"auto", "always", "never"}))
      ->type_name("auto|always|never");
  add_report_options(*run, options);
  run->add_option("--events-to", options.events_to)->group("");
  return run;
}

}  // namespace e2e::host
