#include "config/requests_section.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/request_options.hpp"
#include "config/schema_words.hpp"

namespace e2e::host {
namespace {

/// A scalar as it is; a list as its items with commas between. Nothing, and diagnosed, for anything else.
std::optional<std::string> text_of(Section& requests, const std::string& name, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::sequence) {
    const auto value = requests.scalar(name, node, "a text, a number or a list");
    return value ? std::optional(value->text) : std::nullopt;
  }
  std::string text;
  for (const auto& item : node.items) {
    const auto value = requests.scalar(fmt::format("an item of {}", name), *item, "a text or a number");
    if (!value) return std::nullopt;
    text += (text.empty() ? "" : ", ") + value->text;
  }
  return text;
}

}  // namespace

void read_requests(Section& service, std::vector<std::pair<std::string, std::string>>& options) {
  Section requests(service.context(), service.map("requests"), service.path() + ".requests");
  RequestOptions checked;
  for (const auto& [key, initial] : request_option_names()) {
    const YamlNode* node = requests.any(key);
    std::string shown(initial);
    if (node != nullptr) {
      const std::string name(key);
      const auto text = text_of(requests, name, *node);
      const std::string problem = text ? set_request_option(checked, key, *text) : std::string();
      if (!problem.empty()) {
        service.context().diagnostics.add(node->at,
                                          fmt::format("{} {}, not {}", name, problem, in_quotes(*text)));
      } else if (text) {
        options.emplace_back(key, *text);
        shown = *text;
      }
    }
    requests.record(key, shown, node);
  }
  requests.finish();
}

}  // namespace e2e::host
