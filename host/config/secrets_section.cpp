#include "config/secrets_section.hpp"

#include <fmt/format.h>

#include "config/schema_words.hpp"
#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

std::string no_problem(std::string_view) { return {}; }

/// The texts of a list, those that have no problem.
std::vector<std::string> read_texts(Section& secrets, std::string_view key, std::string_view what,
                                    std::string (*problem_of)(std::string_view)) {
  std::vector<std::string> texts;
  const YamlNode* list = secrets.list(key);
  if (list == nullptr) return texts;
  for (const auto& item : list->items) {
    const auto text = secrets.scalar(what, *item, "a text");
    if (!text) continue;
    if (const std::string problem = problem_of(text->text); !problem.empty()) {
      secrets.context().diagnostics.add(item->at,
                                        fmt::format("{} {}, not {}", what, problem, in_quotes(text->text)));
      continue;
    }
    texts.push_back(text->text);
    secrets.record(key, text->text, item.get());
  }
  return texts;
}

}  // namespace

void read_secrets(Section& root, Config& config) {
  Section secrets(root.context(), root.map("secrets"), "secrets");
  config.secret_names = read_texts(secrets, "names", "a secret's name", header_name_problem);
  for (const std::string& name : read_texts(secrets, "variables", "a variable's name", no_problem)) {
    const auto variable = root.context().variables.find(name);
    if (variable != root.context().variables.end() && !variable->second.empty())
      config.secret_values.push_back(variable->second);
  }
  secrets.finish();
}

}  // namespace e2e::host
