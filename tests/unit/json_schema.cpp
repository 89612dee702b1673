#include "json_schema.hpp"

#include <fstream>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace e2e_test {
namespace {

using nlohmann::json;

void close(json& node) {
  if (node.is_object() && node.value("type", json()) == "object" && node.contains("properties") &&
      !node.contains("additionalProperties"))
    node["additionalProperties"] = false;
  if (node.is_structured())
    for (auto& item : node) close(item);
}

json read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("there is no " + file);
  return json::parse(in);
}

}  // namespace

JsonSchema::JsonSchema(const json& schema) : schema_(std::make_unique<valijson::Schema>()) {
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), *schema_);
}

JsonSchema JsonSchema::of_file(const std::string& file, bool is_strict) {
  json schema = read(file);
  if (is_strict) close(schema);
  return JsonSchema(schema);
}

JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema::~JsonSchema() = default;

std::string JsonSchema::problems(const json& document) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(*schema_, valijson::adapters::NlohmannJsonAdapter(document), &results)) return {};
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& step : error.context) text += step;
    text += ": " + error.description + "\n";
  }
  return text;
}

}  // namespace e2e_test
