#include "scaffold/service_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/fatal.hpp"
#include "config/diagnostics.hpp"
#include "config/source_text.hpp"
#include "config/yaml_document.hpp"

namespace e2e::host {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1);
    lines.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  if (!lines.empty() && lines.back().back() != '\n') lines.back() += '\n';
  return lines;
}

std::string indented(const std::string& service, const EntryLines& entry, size_t indent) {
  const std::string margin(indent, ' ');
  std::string text = fmt::format("{}{}:\n", margin, service);
  for (const auto& line : entry)
    text += fmt::format("{}{}{}\n", margin, margin.empty() ? "  " : margin, line);
  return text;
}

/// Whether nothing but blanks and comments stands in the line, at most as far right as `indent`.
bool is_aside(const std::string& line, size_t indent) {
  const size_t at = line.find_first_not_of(" \t\r\n");
  return at == std::string::npos || (line[at] == '#' && at < indent);
}

/// The names under `services:`; empty where there is no such map.
std::vector<std::string> services_of(const YamlPointer& root) {
  std::vector<std::string> names;
  const YamlNode* services = root ? root->find("services") : nullptr;
  if (services)
    for (const auto& entry : services->entries) names.push_back(entry.key);
  return names;
}

YamlPointer parse(const SourceText& source, Diagnostics& diagnostics) {
  YamlPointer root = parse_yaml(source, diagnostics);
  if (!root) throw Fatal(ExitCode::usage, diagnostics.text());
  return root;
}

/// The index of the line that the new entry goes before, and its indentation; without a place for it: false.
bool find_place(const YamlNode& root, const std::vector<std::string>& lines, size_t& before, size_t& indent) {
  const auto services = std::find_if(root.entries.begin(), root.entries.end(),
                                     [](const YamlEntry& entry) { return entry.key == "services"; });
  const YamlNode& map = *services->value;
  if (map.kind == YamlNode::Kind::null) {
    before = services->key_at.line;
    indent = 2;
    return true;
  }
  if (map.kind != YamlNode::Kind::map || map.entries.empty()) return false;
  const SourceRange& first = map.entries.front().key_at;
  // `services: {users: ...}`, or an alias of a map that stands elsewhere.
  if (first.line <= services->key_at.line || lines[first.line - 1].find_first_not_of(' ') != first.column)
    return false;
  indent = first.column;
  before = lines.size();
  for (const auto& entry : root.entries)
    if (entry.key_at.line > services->key_at.line) before = std::min<size_t>(before, entry.key_at.line - 1);
  while (before > first.line && is_aside(lines[before - 1], indent)) --before;
  return true;
}

}  // namespace

std::string with_service(const std::string& text, const std::string& shown, const std::string& service,
                         const EntryLines& entry) {
  const SourceText source(SourceKind::file, shown, text);
  Diagnostics diagnostics;
  const YamlPointer root = parse(source, diagnostics);
  std::vector<std::string> names = services_of(root);
  if (std::find(names.begin(), names.end(), service) != names.end())
    throw Fatal(ExitCode::usage, fmt::format("error: {}: there is a service '{}' already", shown, service));
  names.push_back(service);

  std::vector<std::string> lines = lines_of(text);
  size_t before = lines.size(), indent = 2;
  std::string added;
  const bool is_map = root->kind == YamlNode::Kind::map || root->kind == YamlNode::Kind::null;
  bool has_place = is_map;
  if (is_map && !root->find("services"))
    added = (text.empty() ? "services:\n" : "\nservices:\n");
  else if (is_map)
    has_place = find_place(*root, lines, before, indent);
  if (has_place) {
    added += indented(service, entry, indent);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(before), added);
    std::string result;
    for (const auto& line : lines) result += line;
    // Whatever the file looks like: only what the parser sees the new service in, behind the others, is
    // written.
    const SourceText changed(SourceKind::file, shown, result);
    Diagnostics ignored;
    const YamlPointer check = parse_yaml(changed, ignored);
    if (check && services_of(check) == names) return result;
  }
  throw Fatal(
      ExitCode::usage,
      fmt::format(
          "error: {}: 'services' is not written so that a line can be added\nhint: add it by hand:\n{}",
          shown, indented(service, entry, 2)));
}

}  // namespace e2e::host
