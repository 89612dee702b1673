#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/fatal.hpp"

namespace e2e::host {
namespace {

constexpr const char* bare_parallel = "auto";

/// `--parallel`'s next word is its value only if it is a number or `auto`: else the word is a NAME. Likewise
/// a bare
/// --fail-fast means 1, and takes a value only with '='.
std::vector<std::string> with_explicit_values(int argc, char** argv) {
  const auto is_workers = [](std::string_view word) {
    return word == "auto" || (!word.empty() && std::all_of(word.begin(), word.end(),
                                                           [](char c) { return c >= '0' && c <= '9'; }));
  };
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") {
      words.insert(words.end(), argv + i, argv + argc);
      break;
    }
    if (word == "-j" || word == "--parallel") {
      const bool has_value = i + 1 < argc && is_workers(argv[i + 1]);
      words.push_back(fmt::format("--parallel={}", has_value ? argv[++i] : bare_parallel));
    } else if (word == "--fail-fast") {
      words.push_back("--fail-fast=1");
    } else {
      words.emplace_back(word);
    }
  }
  return words;
}

void add_choice(CLI::App& app, Options& options) {
  app.add_option("NAME", options.wanted.names, "a service, a module, a test's name or its full id");
  app.add_option("-s,--service", options.wanted.services, "only tests of this service (repeatable)")
      ->type_name("NAME");
  app.add_option("-m,--module", options.wanted.modules, "only tests of this module (repeatable)")
      ->type_name("NAME");
  app.add_option("-t,--tag", options.wanted.tags, "only tests with this tag (repeatable: any of them)")
      ->type_name("TAG");
  app.add_option("-x,--exclude-tag", options.wanted.excluded_tags,
                 "no tests with this tag (repeatable; wins)")
      ->type_name("TAG");
  app.add_flag_callback(
      "--no-deps", [&options] { options.wanted.with_dependencies = false; },
      "do not run what the chosen tests depend on, if it was not chosen itself");
  for (const char* repeatable : {"--service", "--module", "--tag", "--exclude-tag"})
    app.get_option(repeatable)->allow_extra_args(false);
}

void add_sources(CLI::App& app, Options& options) {
  app.add_option("-c,--config", options.config_file,
                 "the configuration file (default: e2e.conf here or in a parent folder)")
      ->type_name("FILE");
  app.add_option("-e,--environment", options.environment, "the environment of the configuration to use")
      ->type_name("NAME");
  app.add_option("--set", options.settings,
                 "sets a configuration value: --set parallel.max_workers=2 (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--plugins", options.plugins,
                 "a folder of plugins, or a plugin (repeatable; default: build/plugins)")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

CLI::App* add_run(CLI::App& app, Options& options) {
  CLI::App* run = app.add_subcommand("run", "runs tests, and says how they went");
  add_choice(*run, options);
  add_sources(*run, options);
  run->add_option("-j,--parallel", options.parallel,
                  "workers: a number, or `auto` for the CPUs there are (bare: auto; 0: one after the other)")
      ->type_name("[N|auto]");
  run->add_option("--parallel-mode", options.mode,
                  "what is handed out at once: all tests of a service, or one test")
      ->type_name("service|test");
  run->add_option("--isolation", options.isolation,
                  "what these share: nothing, a worker process, or all (for a debugger)")
      ->type_name("process|service|none");
  run->add_option("--timeout", options.timeout_ms, "how long a test may take that does not say so itself")
      ->type_name("MS")
      ->check(CLI::PositiveNumber);
  run->add_option("--run-timeout", options.run_timeout_ms, "how long the whole run may take")
      ->type_name("MS")
      ->check(CLI::PositiveNumber);
  run->add_option("--retries", options.retries, "how often a failed test is tried again")
      ->type_name("N")
      ->check(CLI::Range(0, 100));
  run->add_option("--fail-fast", options.fail_fast, "stops handing out tests after N have failed (bare: 1)")
      ->type_name("[=N]")
      ->check(CLI::PositiveNumber);
  run->add_flag("--allow-empty", options.allow_empty, "running no test at all is no error");
  run->add_flag("-v,--verbose", options.verbose, "a line for each test and worker");
  run->add_flag("-q,--quiet", options.quiet, "only failures and the last line");
  run->add_flag("-d,--debug", options.debug, "what plugins wrote to the log, too");
  run->add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  return run;
}

CLI::App* add_list(CLI::App& app, Options& options) {
  CLI::App* list = app.add_subcommand("list", "shows the tests there are, without running any");
  add_choice(*list, options);
  add_sources(*list, options);
  list->add_flag("--json", options.json, "as JSON");
  return list;
}

CLI::App* add_inspect(CLI::App& app, Options& options) {
  CLI::App* inspect = app.add_subcommand(
      "inspect", "shows what a plugin's file says of itself, without running any of its code");
  inspect->add_option("FILE", options.files, "the plugin")->required();
  inspect->add_flag("--json", options.json, "as JSON");
  return inspect;
}

}  // namespace

Options parse_options(int argc, char** argv, std::optional<int>& exit_status) {
  Options options;
  CLI::App app("runs end-to-end tests of services, from plugins, in parallel", "e2e-host");
  app.require_subcommand(1);
  const CLI::App* run = add_run(app, options);
  const CLI::App* list = add_list(app, options);
  const CLI::App* inspect = add_inspect(app, options);
  const CLI::App* version = app.add_subcommand("version", "says which version this is");

  std::vector<std::string> words = with_explicit_values(argc, argv);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    std::fputs((chosen.empty() ? app : *chosen.front()).help().c_str(), stdout);
    exit_status = 0;
    return options;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    throw Fatal(ExitCode::usage,
                fmt::format("error: {}\nhint: `{} --help` shows what there is", error.what(),
                            chosen.empty() ? "e2e-host" : "e2e-host " + chosen.front()->get_name()));
  }
  if (run->parsed()) options.command = Command::run;
  if (list->parsed()) options.command = Command::list;
  if (inspect->parsed()) options.command = Command::inspect;
  if (version->parsed()) options.command = Command::version;
  return options;
}

}  // namespace e2e::host
