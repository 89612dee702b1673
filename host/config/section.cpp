#include "config/section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = lower_case(text);
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

/// Where in its line the reference stands, if it can be seen there; else the whole value.
SourceRange range_of(const ExpansionProblem& problem, const YamlNode& node) {
  const std::string_view reference = std::string_view(node.text).substr(problem.offset, problem.length);
  const std::string_view line = node.at.source->line(node.at.line);
  const size_t column = line.find(reference, node.at.column);
  if (column == line.npos) return node.at;
  return {node.at.source, node.at.line, static_cast<uint32_t>(column),
          static_cast<uint32_t>(reference.size())};
}

}  // namespace

std::string origin_of(const SourceRange& at) {
  const SourceText& source = *at.source;
  if (source.kind() == SourceKind::file) return fmt::format("{}:{}", source.name(), at.line);
  return source.name().substr(0, source.name().find(' '));
}

Section::Section(ReadContext& context, const YamlNode* node, std::string path)
    : context_(context), node_(node), path_(std::move(path)) {
  if (!node_ || node_->kind == YamlNode::Kind::map) return;
  if (node_->kind != YamlNode::Kind::null) {
    const std::string what = path_.empty() ? "the configuration" : path_;
    context_.diagnostics.add(node_->at, fmt::format("{} must be a map, not {}", what, describe(*node_)));
  }
  node_ = nullptr;
}

const YamlNode* Section::find(std::string_view key) {
  known_.emplace_back(key);
  if (context_.asked_keys)
    context_.asked_keys->push_back(path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key));
  const YamlNode* value = node_ ? node_->find(key) : nullptr;
  return value && value->kind != YamlNode::Kind::null ? value : nullptr;
}

const YamlNode* Section::find_kind(std::string_view key, YamlNode::Kind kind, std::string_view expected) {
  const YamlNode* value = find(key);
  if (!value || value->kind == kind) return value;
  context_.diagnostics.add(value->at, fmt::format("{} must be {}, not {}", key, expected, describe(*value)));
  return nullptr;
}

const YamlNode* Section::map(std::string_view key) { return find_kind(key, YamlNode::Kind::map, "a map"); }
const YamlNode* Section::list(std::string_view key) {
  return find_kind(key, YamlNode::Kind::sequence, "a list");
}

void Section::wrong_value(const YamlNode& node, std::string_view key, std::string_view expected,
                          std::string_view value, std::string hint) {
  context_.diagnostics.add(node.at, fmt::format("{} must be {}, not {}", key, expected, in_quotes(value)),
                           std::move(hint));
}

std::optional<Expansion> Section::scalar(std::string_view what, const YamlNode& node,
                                         std::string_view expected) {
  if (node.kind != YamlNode::Kind::scalar) {
    context_.diagnostics.add(node.at, fmt::format("{} must be {}, not {}", what, expected, describe(node)));
    return std::nullopt;
  }
  Expansion expansion = expand(node.text, context_.variables);
  for (const auto& problem : expansion.problems) {
    // A layer may be overridden, or be of an environment that isn't used: only what is merged needs its
    // variables.
    if (problem.is_unset && context_.reading != Reading::merged) continue;
    const SourceRange at = context_.diagnostics.has_room() ? range_of(problem, node) : node.at;
    context_.diagnostics.add(at, problem.message, problem.hint);
  }
  if (!expansion.problems.empty()) return std::nullopt;
  return expansion;
}

const YamlNode* Section::boolean(std::string_view key, bool& target) {
  constexpr std::string_view expected = "true or false";
  const YamlNode* node = find(key);
  if (!node) return nullptr;
  const auto value = scalar(key, *node, expected);
  if (!value) return nullptr;
  const auto parsed = node->is_plain || value->has_references ? parse_boolean(value->text) : std::nullopt;
  if (parsed)
    target = *parsed;
  else
    wrong_value(*node, key, expected, value->text,
                parse_boolean(value->text) ? "write it without quotes" : "");
  return parsed ? node : nullptr;
}

const YamlNode* Section::read_number(std::string_view key, int64_t& target, int64_t min, int64_t max,
                                     std::string_view unit) {
  const YamlNode* node = find(key);
  if (!node) return nullptr;
  const std::string expected =
      fmt::format("a whole number{}{} from {} to {}", unit.empty() ? "" : " of ", unit, min, max);
  const auto value = scalar(key, *node, expected);
  if (!value) return nullptr;
  const char* end = value->text.data() + value->text.size();
  int64_t number = 0;
  const auto [parsed_to, error] = std::from_chars(value->text.data(), end, number);
  const bool is_number = error == std::errc() && parsed_to == end && number >= min && number <= max;
  if (is_number && (node->is_plain || value->has_references)) {
    target = number;
    return node;
  }
  wrong_value(*node, key, expected, value->text, is_number ? "write it without quotes" : "");
  return nullptr;
}

const YamlNode* Section::decimal(std::string_view key, const YamlNode* node, double& target, double min,
                                 double max, std::string_view unit) {
  if (!node) return nullptr;
  const std::string expected = fmt::format("a number of {} from {} to {}", unit, min, max);
  const auto value = scalar(key, *node, expected);
  if (!value) return nullptr;
  const char* end = value->text.data() + value->text.size();
  double number = 0;
  const auto [parsed_to, error] = std::from_chars(value->text.data(), end, number, std::chars_format::fixed);
  const bool is_number = error == std::errc() && parsed_to == end && number >= min && number <= max;
  if (is_number && (node->is_plain || value->has_references)) {
    target = number;
    return node;
  }
  wrong_value(*node, key, expected, value->text, is_number ? "write it without quotes" : "");
  return nullptr;
}

const YamlNode* Section::text(std::string_view key, std::string& target,
                              std::string (*problem_of)(std::string_view), bool has_late_names) {
  const YamlNode* node = find(key);
  if (!node) return nullptr;
  const auto value = scalar(key, *node, "a text");
  if (!value) return nullptr;
  const std::string checked = has_late_names ? expand_late_names(value->text, {0, 1, "/run"}) : value->text;
  if (const std::string problem = problem_of(checked); !problem.empty()) {
    context_.diagnostics.add(node->at, fmt::format("{} {}, not {}", key, problem, in_quotes(value->text)));
    return nullptr;
  }
  target = value->text;
  return node;
}

const YamlNode* Section::read_choice(std::string_view key, std::string& target,
                                     const std::vector<std::string>& names) {
  const YamlNode* node = find(key);
  if (!node) return nullptr;
  std::string expected;
  for (size_t i = 0; i < names.size(); ++i)
    expected += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  const auto value = scalar(key, *node, expected);
  if (!value) return nullptr;
  if (std::find(names.begin(), names.end(), value->text) == names.end()) {
    wrong_value(*node, key, expected, value->text, did_you_mean(value->text, names));
    return nullptr;
  }
  target = value->text;
  return node;
}

void Section::record(std::string_view key, std::string value, const YamlNode* node,
                     std::string_view otherwise) {
  if (context_.reading != Reading::merged) return;
  const std::string origin = node ? origin_of(node->at) : std::string(otherwise);
  context_.settings.push_back(
      {path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key), std::move(value), origin});
}

void Section::finish() {
  if (!node_) return;
  for (const auto& entry : node_->entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    std::string hint = context_.diagnostics.has_room() ? did_you_mean(entry.key, known_) : "";
    if (hint.empty()) hint = fmt::format("known here: {}", fmt::join(known_, ", "));
    context_.diagnostics.add(entry.key_at, fmt::format("unknown key {}", in_quotes(entry.key)),
                             std::move(hint));
  }
}

}  // namespace e2e::host
