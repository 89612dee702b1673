#include "cli/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr const char* bare_parallel = "auto";

/// `--parallel`'s next word is its value only if it is a number or `auto`: else the word is a NAME. Likewise
/// a bare --fail-fast means 1, and takes a value only with '='.
std::vector<std::string> with_explicit_values(int argc, char** argv) {
  const auto is_workers = [](std::string_view word) {
    // A negative number is refused later, as the value that it was meant to be.
    if (word.starts_with('-')) word.remove_prefix(1);
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

using Check = std::function<std::string(const std::string&)>;

/// What CLI11 says of a value out of its range is not for people.
Check whole_number(int64_t low, int64_t high) {
  return [low, high](const std::string& word) -> std::string {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error == std::errc() && end == word.data() + word.size() && value >= low && value <= high) return {};
    return fmt::format("'{}' is not a whole number from {} to {}", printable(word), low, high);
  };
}

Check one_of(std::vector<std::string> choices) {
  return [choices = std::move(choices)](const std::string& word) -> std::string {
    if (std::find(choices.begin(), choices.end(), word) != choices.end()) return {};
    return fmt::format("'{}' is not one of {}", printable(word), fmt::join(choices, ", "));
  };
}

void add_choice(CLI::App& app, Options& options) {
  app.add_option("NAME", options.wanted.names, "a service, a module, a test's name or its full id")
      ->type_name("");
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
  inspect->add_option("FILE", options.files, "the plugin")->required()->type_name("");
  inspect->add_flag("--json", options.json, "as JSON");
  return inspect;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string meant = near_miss(word, candidates);
  return meant.empty() ? std::string() : fmt::format("; did you mean '{}'?", meant);
}

/// What is wrong with the command line, naming the word.
std::string complaint(CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& error) {
  std::vector<std::string> candidates;
  if (app.get_subcommands().empty() || words.front().starts_with("-")) {
    if (words.empty()) return "no command was given";
    for (const CLI::App* command : app.get_subcommands({})) candidates.push_back(command->get_name());
    const std::string& word = words.front();
    if (word.starts_with("-") && word != "--")
      return fmt::format("unknown option '{}' before a command", printable(word));
    return fmt::format("there is no command '{}'{}", printable(word), did_you_mean(word, candidates));
  }
  const CLI::App& command = *app.get_subcommands().front();
  for (const auto& word : command.remaining()) {
    if (word == "--") continue;
    for (const CLI::Option* option : command.get_options())
      for (const auto& name : option->get_lnames()) candidates.push_back("--" + name);
    const std::string name = word.substr(0, word.find('='));
    return word.starts_with('-')
               ? fmt::format("unknown option '{}'{}", printable(name), did_you_mean(name, candidates))
               : fmt::format("'{}' was not expected", printable(word));
  }
  return error.what();
}

}  // namespace

Options parse_options(int argc, char** argv, std::optional<int>& exit_status) {
  Options options;
  CLI::App app("runs end-to-end tests of services, from plugins, in parallel", "e2e-host");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(), "says which version this is, as the command does");
  const CLI::App* run = add_run(app, options);
  const CLI::App* list = add_list(app, options);
  const CLI::App* inspect = add_inspect(app, options);
  const CLI::App* version = app.add_subcommand("version", "says which version this is");

  for (CLI::App* command : app.get_subcommands({}))
    for (CLI::Option* option : command->get_options())
      if (option->get_items_expected_max() == 1) option->take_last();

  const std::vector<std::string> words = with_explicit_values(argc, argv);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    exit_status = 0;
    return options;
  } catch (const CLI::CallForVersion&) {
    options.command = Command::version;
    return options;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    throw Fatal(ExitCode::usage,
                fmt::format("error: {}\nhint: `{} --help` shows what there is", complaint(app, words, error),
                            chosen.empty() ? "e2e-host" : "e2e-host " + chosen.front()->get_name()));
  }
  if (run->parsed()) options.command = Command::run;
  if (list->parsed()) options.command = Command::list;
  if (inspect->parsed()) options.command = Command::inspect;
  if (version->parsed()) options.command = Command::version;
  return options;
}

}  // namespace e2e::host
