#include "config/requests_section.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/request_options.hpp"
#include "config/schema_words.hpp"
#include "config/value_rules.hpp"

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

void read_option(Section& requests, const RequestOptionName& option, RequestOptions& checked,
                 RequestOptionTexts& options) {
  const YamlNode* node = requests.any(option.key);
  std::string shown(option.initial);
  if (node != nullptr) {
    const std::string key(option.key);
    const auto text = text_of(requests, key, *node);
    const std::string problem =
        text ? set_request_option(checked, key, expand_late_names(*text, {0, 1, "/run"})) : std::string();
    if (!problem.empty()) {
      requests.context().diagnostics.add(node->at,
                                         fmt::format("{} {}, not {}", key, problem, in_quotes(*text)));
    } else if (text) {
      options.emplace_back(key, *text);
      shown = option.is_secret && !text->empty() ? "***" : *text;
    }
  }
  requests.record(option.key, shown, node);
}

}  // namespace

void read_requests(Section& service, RequestOptionTexts& options) {
  Section requests(service.context(), service.map("requests"), service.path() + ".requests");
  RequestOptions checked;
  for (const RequestOptionName& option : request_option_names())
    read_option(requests, option, checked, options);
  requests.finish();
}

void read_base_urls(Section& service, RequestOptionTexts& options) {
  const YamlNode* urls = service.map("base_urls");
  if (urls == nullptr) return;
  for (const auto& entry : urls->entries) {
    if (const std::string problem = name_problem(entry.key); !problem.empty()) {
      service.context().diagnostics.add(
          entry.key_at, fmt::format("a base URL's name {}, not {}", problem, in_quotes(entry.key)));
      continue;
    }
    if (entry.value->kind == YamlNode::Kind::null) continue;
    const std::string key = fmt::format("base_urls.{}", entry.key);
    const auto url = service.scalar(key, *entry.value, "a text");
    if (!url) continue;
    const std::string problem = base_url_problem(expand_late_names(url->text, {0, 1, "/run"}));
    if (!problem.empty()) {
      service.context().diagnostics.add(entry.value->at,
                                        fmt::format("{} {}, not {}", key, problem, in_quotes(url->text)));
      continue;
    }
    options.emplace_back("base_url." + entry.key, url->text);
    service.record(key, without_password(url->text), entry.value.get());
  }
}

}  // namespace e2e::host
