#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "cli/run_options.hpp"
#include "cli/shared_options.hpp"

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

CLI::App* add_list(CLI::App& app, Options& options) {
  CLI::App* list = app.add_subcommand("list", "shows the tests there are, without running any");
  add_choice_options(*list, options);
  add_source_options(*list, options);
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
  const CLI::App* run = add_run_command(app, options);
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
