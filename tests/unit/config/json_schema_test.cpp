// Holds docs/e2e.conf.schema.json, which editors use, to what the reader does.
#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "config/schema.hpp"
#include "config/yaml_document.hpp"
#include "json_schema.hpp"

using namespace e2e::host;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path source_folder = E2E_SOURCE_FOLDER;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const json& schema() {
  static const json parsed = json::parse(read(source_folder / "docs/e2e.conf.schema.json"));
  return parsed;
}

/// What the reader makes of a text: what it diagnoses, and each key that it asked for.
struct ReaderResult {
  std::string diagnosed;
  std::set<std::string> asked;
};
ReaderResult read_with_reader(const std::string& text, Reading reading) {
  const SourceText source(SourceKind::file, "e2e.conf", text);
  Diagnostics diagnostics;
  const Variables variables;
  std::vector<std::string> asked;
  if (const YamlPointer root = parse_yaml(source, diagnostics)) {
    ReadContext context{reading, diagnostics, variables, {}, &asked};
    read_schema(root.get(), context);
  }
  return {diagnostics.text(), {asked.begin(), asked.end()}};
}

const json& resolved(const json& node) {
  if (!node.contains("$ref")) return node;
  return schema().at(json::json_pointer(node["$ref"].get<std::string>().substr(1)));
}

/// A value with every key that a part of the schema has; a name that is free is "example". `keys`: their
/// paths.
json sample(const json& unresolved, const std::string& path, std::set<std::string>& keys) {
  const json& node = resolved(unresolved);
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.contains("properties")) {
    json object = json::object();
    for (const auto& [key, value] : node["properties"].items()) {
      keys.insert(below(key));
      object[key] = sample(value, below(key), keys);
    }
    return object;
  }
  if (node.contains("additionalProperties") && node["additionalProperties"].is_object())
    return {{"example", sample(node["additionalProperties"], below("example"), keys)}};
  if (node.contains("items")) return json::array({sample(node["items"], path, keys)});
  INFO(path);
  REQUIRE(node.contains("default"));  // what this test takes for a value
  return node["default"];
}

/// YAML 1.2's core schema, as editors read a file.
json as_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return nullptr;
    case YamlNode::Kind::sequence: {
      json list = json::array();
      for (const auto& item : node.items) list.push_back(as_json(*item));
      return list;
    }
    case YamlNode::Kind::map: {
      json object = json::object();
      for (const auto& entry : node.entries) object[entry.key] = as_json(*entry.value);
      return object;
    }
    case YamlNode::Kind::scalar:
      break;
  }
  if (!node.is_plain) return node.text;
  if (std::regex_match(node.text, std::regex("true|True|TRUE|false|False|FALSE")))
    return node.text[0] == 't' || node.text[0] == 'T';
  if (std::regex_match(node.text, std::regex("[-+]?[0-9]{1,15}"))) return std::stoll(node.text);
  if (std::regex_match(node.text, std::regex("[-+]?[0-9]+\\.[0-9]+"))) return std::stod(node.text);
  return node.text;
}

/// Empty: the text is valid by the schema.
std::string problems_by_schema(const std::string& text) {
  static const e2e_test::JsonSchema compiled(schema());
  const SourceText source(SourceKind::file, "e2e.conf", text);
  Diagnostics diagnostics;
  const YamlPointer root = parse_yaml(source, diagnostics);
  if (!root) return diagnostics.text();
  return compiled.problems(as_json(*root));
}

std::string by_reader(const std::string& text) {
  return read_with_reader(text, Reading::whole_file).diagnosed;
}

std::string listed(const std::set<std::string>& keys, const std::set<std::string>& except) {
  std::string text;
  for (const auto& key : keys)
    if (!except.contains(key)) text += key + " ";
  return text;
}

void check_keys(const json& node, Reading reading) {
  std::set<std::string> keys;
  const json everything = sample(node, "", keys);
  const ReaderResult result = read_with_reader(everything.dump(2), reading);
  // A key of the schema that the reader does not know, or whose "default" it does not take: correct
  // docs/e2e.conf.schema.json.
  CHECK(result.diagnosed == "");
  // Keys that the reader knows and the schema does not. Add each, with its type, description and default, to
  // docs/e2e.conf.schema.json, and to docs/configuration.md.
  CHECK(listed(result.asked, keys) == "");
}

}  // namespace

TEST_CASE("JsonSchemaHasTheKeysThatTheReaderTakesAndNoOthers") { check_keys(schema(), Reading::whole_file); }

TEST_CASE("JsonSchemaOfAnEnvironmentHasTheKeysThatTheReaderTakes") {
  check_keys(schema()["definitions"]["overlay"], Reading::environment);
}

TEST_CASE("EveryKeyOfTheJsonSchemaIsDescribedAndDocumented") {
  const std::string documentation = read(source_folder / "docs/configuration.md");
  const auto check = [&](const json& object) {
    for (const auto& [key, value] : object.at("properties").items()) {
      INFO(key);
      CHECK(resolved(value).contains("description"));
      CHECK(documentation.find(key) != std::string::npos);
    }
  };
  check(schema());
  check(schema()["properties"]["general"]);
  for (const char* part : {"parallel", "service", "plugins", "limits"}) check(schema()["definitions"][part]);
}

TEST_CASE("ExampleConfigsAreValidWhereTheReaderTakesThem") {
  std::vector<fs::path> documents = {source_folder / "README.md"};
  for (const auto& entry : fs::directory_iterator(source_folder / "docs"))
    if (entry.path().extension() == ".md") documents.push_back(entry.path());
  std::vector<std::string> examples = {read(source_folder / "e2e.conf")};
  const std::regex block("<!-- test: file [^ ]*\\.conf -->\n```yaml\n([^`]*)```");
  for (const auto& document : documents) {
    const std::string text = read(document);
    for (std::sregex_iterator match(text.begin(), text.end(), block), end; match != end; ++match)
      examples.push_back((*match)[1]);
  }
  CHECK(examples.size() >= 3);
  for (const auto& example : examples) {
    INFO(example);
    INFO(problems_by_schema(example));
    CHECK(problems_by_schema(example).empty() == by_reader(example).empty());
  }
}

TEST_CASE("GoodConfigsAreValid") {
  for (const char* text :
       {"", "general:\nparallel: ~\nservices: {}\n",
        "parallel: {enabled: true, max_workers: null, mode: null}",
        "parallel: {recycle_on_failure: yes}\nservices: {users: {recycle_on_failure: null}}",
        "parallel:\n  enabled: yes\n  max_workers: ${N:-4}\n  mode: ${MODE:-test}\n",
        "services: {legacy-api: {base_url: http://legacy:8080}}",
        "services: {users: {base_url: 'http://127.0.0.1:80${worker.index}', headers: {A: 5, B: null}}}",
        "services: {users: {health_endpoint: /up, timeout: 1, parallel: false, exclusive: true}}",
        "plugins: {paths: [a.so, build]}", "limits: {grace_period: 0}", "reports: {slow_after: 0}",
        "limits: {memory: 0, cpu_time: 604800, open_files: 64, processes: 100, output: 1048576, "
        "crashes_in_a_row: 0}",
        "environments: {ci: {general: {retries: 2}, services: {users: {timeout: 5}}}, empty: ~}"}) {
    INFO(text);
    CHECK(problems_by_schema(text) == "");
    CHECK(by_reader(text) == "");
  }
}

TEST_CASE("BadConfigsAreNotValid") {
  for (const char* text : {"generel: {}",
                           "general: {timeout: 10s}",
                           "general: {timeout: 0}",
                           "general: {retries: 101}",
                           "general: {environment: 'a b'}",
                           "parallel: {max_worker: 4}",
                           "parallel: {mode: tests}",
                           "parallel: {isolation_level: thread}",
                           "parallel: {enabled: 1}",
                           "parallel: {recycle_on_failure: often}",
                           "services: {users: {recycle_on_failure: 1}}",
                           "parallel: {max_workers: 1.5}",
                           "parallel: [1]",
                           "services: [users]",
                           "services: {'a b': {}}",
                           "services: {users: {base_url: 127.0.0.1}}",
                           "services: {users: {health_endpoint: up}}",
                           "services: {users: {headers: {'a b': c}}}",
                           "services: {users: {headers: [a]}}",
                           "services: {users: {url: http://a}}",
                           "plugins: {paths: build}",
                           "plugins: {paths: ['']}",
                           "limits: {test_timeout: -1}",
                           "reports: {slow_after: soon}",
                           "environments: {ci: {environments: {}}}",
                           "environments: {ci: {general: {environment: x}}}"}) {
    INFO(text);
    CHECK(problems_by_schema(text) != "");
    CHECK(by_reader(text) != "");
  }
}
