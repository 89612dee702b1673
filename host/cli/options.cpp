#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "cli/command_line.hpp"
#include "cli/help_text.hpp"
#include "cli/new_options.hpp"
#include "cli/option_checks.hpp"
#include "cli/pack/pack_options.hpp"
#include "cli/report_options.hpp"
#include "cli/run_options.hpp"
#include "cli/shared_options.hpp"

namespace e2e::host {
namespace {

constexpr const char* bare_parallel = "auto";

/// `--parallel`'s next word is its value only if it is a number or `auto`: else the word is a NAME. Likewise
/// a bare --fail-fast means 1 and a bare --shuffle any order, and take a value only with '='.
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
    } else if (word == "--shuffle") {
      words.push_back(fmt::format("--shuffle={}", any_order));
    } else {
      words.emplace_back(word);
    }
  }
  return words;
}

CLI::App* add_list(CLI::App& app, Options& options) {
  CLI::App* list = app.add_subcommand("list", "shows the tests there are, without running any");
  add_choice_options(*list, options);
  add_source_options(*list, options);
  add_frozen_option(*list, options);
  list->add_flag("--json", options.json, "as JSON");
  return list;
}

CLI::App* add_inspect(CLI::App& app, Options& options) {
  CLI::App* inspect = app.add_subcommand(
      "inspect", "shows what a plugin or pack says of itself, without running any of its code");
  inspect->add_option("FILE", options.files, "the plugin or pack")->required()->type_name("");
  inspect->add_flag("--json", options.json, "as JSON");
  return inspect;
}

void add_config(CLI::App& app, Options& options) {
  CLI::App* config =
      app.add_subcommand("config", "checks and shows the configuration, without running anything");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "says all that is wrong with the configuration");
  add_source_options(*check, options);
  check->callback([&options] { options.command = Command::config_check; });
  CLI::App* show = config->add_subcommand("show", "shows every value, and where it came from");
  show->add_option("KEY", options.keys, "only these settings, and those below them: services.users")
      ->type_name("");
  add_source_options(*show, options);
  show->add_flag("--json", options.json, "as JSON");
  show->callback([&options] { options.command = Command::config_show; });
}

void add_doctor(CLI::App& app, Options& options) {
  CLI::App* doctor =
      app.add_subcommand("doctor", "says what is wrong with this machine or project, and how to mend it");
  add_source_options(*doctor, options);
  doctor->add_flag("--network", options.with_network, "asks services on other machines, too, how they are");
  doctor->add_flag("--json", options.json, "as JSON");
  doctor->callback([&options] { options.command = Command::doctor; });
}

void add_report(CLI::App& app, Options& options) {
  CLI::App* report =
      app.add_subcommand("report", "shows a run again, also one that was killed; or several as one");
  report->add_option("RUN", options.runs, "latest, a run's id, its folder or journal; several are merged")
      ->required()
      ->type_name("");
  add_config_option(*report, options);
  add_console_options(*report, options);
  add_report_options(*report, options);
  report->callback([&options] { options.command = Command::report; });
}

void add_completion(CLI::App& app, Options& options) {
  CLI::App* completion =
      app.add_subcommand("completion", "prints what makes a shell complete commands, options and names");
  completion->add_option("SHELL", options.shell, "the shell")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}))
      ->type_name("bash|zsh|fish");
  completion->callback([&options] { options.command = Command::completion; });
  // What those scripts call; in no help.
  CLI::App* complete = app.add_subcommand("__complete")->group("");
  complete->add_option("WORD", options.words);
  complete->callback([&options] { options.command = Command::complete; });
}

void add_version(CLI::App& app, Options& options) {
  CLI::App* version = app.add_subcommand("version", "says which version this is");
  version->add_flag("--json", options.json, "as JSON, with the versions of what it offers and is made of");
  version->callback([&options] { options.command = Command::version; });
}

/// Of an option that is given twice the last counts.
void take_last_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options())
    if (option->get_items_expected_max() == 1) option->take_last();
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) take_last_values(*command);
}

/// The command that the words lead to, as far as they name commands.
const CLI::App& chosen_command(const CLI::App& app, size_t& depth) {
  const CLI::App* chosen = &app;
  for (depth = 0; !chosen->get_subcommands().empty(); ++depth) chosen = chosen->get_subcommands().front();
  return *chosen;
}

/// "e2e-host config show"
std::string full_name(const CLI::App& command) {
  return command.get_parent() ? full_name(*command.get_parent()) + " " + command.get_name()
                              : command.get_name();
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string meant = near_miss(word, candidates);
  return meant.empty() ? std::string() : fmt::format("; did you mean '{}'?", meant);
}

/// What is wrong with the command line, naming the word.
std::string complaint(const CLI::App& app, const std::vector<std::string>& words,
                      const CLI::ParseError& error) {
  std::vector<std::string> candidates;
  size_t depth = 0;
  const CLI::App& command = chosen_command(app, depth);
  const auto commands = command.get_subcommands([](const CLI::App*) { return true; });
  const bool is_before_command = depth > 0 && words.front().starts_with("-");
  if (!commands.empty() || is_before_command) {
    if (words.size() <= depth) return "no command was given";
    for (const CLI::App* candidate : commands)
      if (!candidate->get_group().empty()) candidates.push_back(candidate->get_name());
    const std::string& word = is_before_command ? words.front() : words[depth];
    if (word.starts_with("-") && word != "--")
      return fmt::format("unknown option '{}' before a command", printable(word));
    return fmt::format("there is no command '{}'{}", printable(word), did_you_mean(word, candidates));
  }
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

void define_command_line(CLI::App& app, Options& options) {
  app.require_subcommand(1);
  app.formatter(make_help_formatter());
  app.set_version_flag("--version", std::string(), "says which version this is, as the command does");
  const auto sets = [&options](CLI::App* command, Command value) {
    command->callback([&options, value] { options.command = value; });
  };
  sets(add_run_command(app, options), Command::run);
  sets(add_list(app, options), Command::list);
  sets(add_inspect(app, options), Command::inspect);
  add_config(app, options);
  add_report(app, options);
  add_doctor(app, options);
  add_new_commands(app, options);
  add_pack_commands(app, options);
  add_completion(app, options);
  add_version(app, options);
  take_last_values(app);
}

Options parse_options(int argc, char** argv, std::optional<int>& exit_status) {
  Options options;
  CLI::App app("runs end-to-end tests of services, from plugins, in parallel", "e2e-host");
  define_command_line(app, options);
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
    size_t depth = 0;
    throw Fatal(ExitCode::usage,
                fmt::format("error: {}\nhint: `{} --help` shows what there is", complaint(app, words, error),
                            full_name(chosen_command(app, depth))));
  }
  if (!options.debug_test.empty()) {
    options.wanted.names = {options.debug_test};
    options.parallel = "0";
    options.isolation = "none";
  }
  return options;
}

}  // namespace e2e::host
