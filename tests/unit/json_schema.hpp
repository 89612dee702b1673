#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace valijson {
class Schema;
}

namespace e2e_test {

/// A JSON Schema, for tests that hold documents to it.
class JsonSchema {
 public:
  /// The schema of a file. `is_strict`: also members that the schema does not name are wrong, wherever it
  /// names some.
  static JsonSchema of_file(const std::string& file, bool is_strict = false);
  explicit JsonSchema(const nlohmann::json& schema);
  JsonSchema(JsonSchema&&) noexcept;
  ~JsonSchema();

  /// What is wrong with the document; "": nothing.
  [[nodiscard]] std::string problems(const nlohmann::json& document) const;

 private:
  std::unique_ptr<valijson::Schema> schema_;
};

}  // namespace e2e_test
