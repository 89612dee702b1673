#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace e2e_test {

/// A JSON Schema of a file, for tests that hold documents to it.
class JsonSchema {
 public:
  /// `is_strict`: also members that the schema does not name are wrong, wherever it names some.
  explicit JsonSchema(const std::string& file, bool is_strict = false) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("there is no " + file);
    nlohmann::json schema = nlohmann::json::parse(in);
    if (is_strict) close(schema);
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), schema_);
  }

  /// What is wrong with the document; "": nothing.
  [[nodiscard]] std::string problems(const nlohmann::json& document) const {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(document), &results)) return {};
    std::string text;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const std::string& step : error.context) text += step;
      text += ": " + error.description + "\n";
    }
    return text;
  }

 private:
  static void close(nlohmann::json& node) {
    if (node.is_object() && node.value("type", nlohmann::json()) == "object" && node.contains("properties") &&
        !node.contains("additionalProperties"))
      node["additionalProperties"] = false;
    if (node.is_structured())
      for (auto& item : node) close(item);
  }

  valijson::Schema schema_;
};

}  // namespace e2e_test
