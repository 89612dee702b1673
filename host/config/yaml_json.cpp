#include "config/yaml_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "config/diagnostics.hpp"
#include "config/source_text.hpp"
#include "config/yaml_document.hpp"

namespace e2e::host {
namespace {

/// A number as JSON writes it, or nothing where YAML's core schema takes the text for something else. Octal
/// and hexadecimal ones are text here.
bool is_json_number(std::string_view text) {
  const size_t digits = text.starts_with('-') ? 1 : 0;
  if (text.size() == digits || text[digits] < '0' || text[digits] > '9') return false;
  // 007 is no JSON.
  if (text[digits] == '0' && text.size() > digits + 1 && text[digits + 1] >= '0' && text[digits + 1] <= '9')
    return false;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [parsed_to, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && parsed_to == end && std::isfinite(number) && text.back() != '.' &&
         text.find(".e") == text.npos && text.find(".E") == text.npos;
}

/// Aliases stand for copies, so that a short text can come to a long one.
constexpr size_t max_json_bytes = 16u << 20;

/// Ends early once it is too long.
void put_node(JsonText& json, const YamlNode& node) {
  if (json.text().size() > max_json_bytes) return;
  switch (node.kind) {
    case YamlNode::Kind::null:
      json.null();
      return;
    case YamlNode::Kind::scalar:
      return put_yaml_scalar(json, node.text, node.is_plain);
    case YamlNode::Kind::sequence:
      json.begin_array();
      for (const YamlPointer& item : node.items) put_node(json, *item);
      json.end_array();
      return;
    case YamlNode::Kind::map:
      json.begin_object();
      for (const YamlEntry& entry : node.entries) {
        json.key(entry.key);
        put_node(json, *entry.value);
      }
      json.end_object();
      return;
  }
}

}  // namespace

void put_yaml_scalar(JsonText& json, const std::string& text, bool is_plain) {
  if (is_plain && (text == "true" || text == "True" || text == "TRUE"))
    json.value(true);
  else if (is_plain && (text == "false" || text == "False" || text == "FALSE"))
    json.value(false);
  else if (is_plain && is_json_number(text))
    json.raw(text);
  else
    json.value(text);
}

std::optional<std::string> yaml_to_json(std::string_view name, std::string_view yaml, std::string& problem) {
  if (yaml.starts_with("\xEF\xBB\xBF")) yaml.remove_prefix(3);
  if (yaml.size() > max_config_bytes) {
    problem = fmt::format("{}: larger than 1 MiB", name);
    return std::nullopt;
  }
  const SourceText source(SourceKind::file, std::string(name), std::string(yaml));
  Diagnostics diagnostics;
  const TextProblem bad_text = find_text_problem(yaml);
  YamlPointer document;
  if (bad_text.line > 0)
    diagnostics.add({&source, bad_text.line, bad_text.column}, bad_text.message);
  else
    document = parse_yaml(source, diagnostics);
  if (!diagnostics.is_empty() || !document) {
    problem = diagnostics.text();
    return std::nullopt;
  }
  JsonText json;
  put_node(json, *document);
  if (json.text().size() > max_json_bytes) {
    problem = fmt::format("{}: larger than 16 MiB once its aliases are written out", name);
    return std::nullopt;
  }
  return json.take();
}

}  // namespace e2e::host
