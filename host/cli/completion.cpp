#include "cli/completion.hpp"

#include <algorithm>
#include <map>

namespace e2e::host {
namespace {

using Candidates = std::vector<Candidate>;

const std::map<std::string_view, NameKind> kinds = {
    {"service", NameKind::services},
    {"module", NameKind::modules},
    {"tag", NameKind::tags},
    {"exclude-tag", NameKind::tags},
    {"environment", NameKind::environments},
    {"set", NameKind::settings},
    {"NAME", NameKind::tests},
    {"KEY", NameKind::settings},
    {"RUN", NameKind::runs},
    {"PACK", NameKind::packs},
    {"PACK-OR-FILE", NameKind::packs},
    {"PUBLISHER", NameKind::publishers},
    {"output", NameKind::outputs},
};

std::string long_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? std::string() : option.get_lnames().front();
}

/// The words in lower case of a type name like "[N|auto]".
std::vector<std::string> choices_of(const CLI::Option& option) {
  std::vector<std::string> choices;
  std::string word;
  for (const char c : option.get_type_name() + "|") {
    if (c == '=') return {};  // "KEY=VALUE", "[=N]"
    if (c != '|' && c != '[' && c != ']') {
      word += c;
      continue;
    }
    const bool is_choice = !word.empty() && std::none_of(word.begin(), word.end(), [](char letter) {
      return letter >= 'A' && letter <= 'Z';
    });
    if (is_choice) choices.push_back(word);
    word.clear();
  }
  return choices;
}

bool takes_files(const CLI::Option& option) {
  const std::string type = option.get_type_name() + option.get_name();
  return type.find("FILE") != type.npos || type.find("PATH") != type.npos || type.find("DIR") != type.npos;
}

/// What an option's value, or a word in its place, may be; each behind `lead`.
Candidates values_of(const CLI::Option& option, const std::string& lead, const NameSource& names) {
  Candidates found;
  std::string name = long_name(option);
  if (name.empty()) name = option.get_name(true);
  if (const auto kind = kinds.find(name); kind != kinds.end()) {
    for (const auto& value : names(kind->second))
      found.push_back({lead + value + (name == "set" ? "=" : ""), {}});
    if (kind->second == NameKind::packs && takes_files(option)) found.push_back({":files", {}});
    return found;
  }
  for (const auto& choice : choices_of(option)) found.push_back({lead + choice, {}});
  if (found.empty() && takes_files(option)) found.push_back({":files", {}});
  return found;
}

/// The option that a word is, "--tag" or "-t"; null: none.
const CLI::Option* option_of(const CLI::App& command, std::string_view word) {
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames())
      if (word == "--" + name) return option;
    for (const auto& name : option->get_snames())
      if (word == "-" + name) return option;
  }
  return nullptr;
}

bool takes_value(const CLI::Option* option) { return option && option->get_items_expected_max() > 0; }

Candidates commands_of(const CLI::App& app) {
  Candidates found;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) found.push_back({command->get_name(), command->get_description()});
  return found;
}

Candidates options_of(const CLI::App& command) {
  Candidates found;
  for (const CLI::Option* option : command.get_options())
    if (!option->get_lnames().empty() && !option->get_group().empty())
      found.push_back({"--" + long_name(*option), option->get_description()});
  return found;
}

Candidates positionals_of(const CLI::App& command, const NameSource& names) {
  for (const CLI::Option* option : command.get_options())
    if (option->get_positional()) return values_of(*option, {}, names);
  return {};
}

Candidates all_candidates(const CLI::App& command, const std::vector<std::string>& before,
                          const std::string& word, const NameSource& names) {
  if (std::find(before.begin(), before.end(), "--") != before.end()) return positionals_of(command, names);
  if (const size_t equals = word.find('='); word.starts_with("--") && equals != word.npos) {
    const CLI::Option* option = option_of(command, word.substr(0, equals));
    return takes_value(option) ? values_of(*option, word.substr(0, equals + 1), names) : Candidates();
  }
  if (word.starts_with('-')) return options_of(command);
  if (const CLI::Option* option = before.empty() ? nullptr : option_of(command, before.back());
      takes_value(option)) {
    Candidates found = values_of(*option, {}, names);
    // "[N|auto]": it may also have no value.
    if (!option->get_type_name().starts_with('[')) return found;
    const Candidates others = positionals_of(command, names);
    found.insert(found.end(), others.begin(), others.end());
    return found;
  }
  return positionals_of(command, names);
}

}  // namespace

Candidates complete(const CLI::App& app, const std::vector<std::string>& words, const NameSource& names) {
  if (words.empty()) return {};
  const CLI::App* command = &app;
  size_t at = 0;
  for (; at + 1 < words.size(); ++at) {
    const auto commands = command->get_subcommands([](const CLI::App*) { return true; });
    const auto next = std::find_if(commands.begin(), commands.end(),
                                   [&](const CLI::App* one) { return one->get_name() == words[at]; });
    if (next == commands.end()) break;
    command = *next;
  }
  const std::string& word = words.back();
  const bool has_commands = !command->get_subcommands([](const CLI::App*) { return true; }).empty();
  Candidates found;
  if (has_commands && at + 1 < words.size()) return found;  // a command that there is not
  if (has_commands && !word.starts_with('-'))
    found = commands_of(*command);
  else
    found = all_candidates(*command, {words.begin() + static_cast<std::ptrdiff_t>(at), words.end() - 1}, word,
                           names);
  std::erase_if(found,
                [&](const Candidate& one) { return one.value != ":files" && !one.value.starts_with(word); });
  return found;
}

}  // namespace e2e::host
