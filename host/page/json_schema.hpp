#pragma once

#include <string>
#include <vector>

namespace e2e::host {

class JsonValue;

/// How a value stands to a JSON Schema.
struct SchemaVerdict {
  /// Not empty: it can't be told, for that reason.
  std::string error;
  /// "POINTER: what is wrong", the first ones; empty if the value is valid.
  std::vector<std::string> problems;

  static constexpr size_t max_problems = 20;
};

/// Holds `value` against `schema`, JSON Schema draft 7; see e2e_verify_v1::schema. Throws std::bad_alloc.
[[nodiscard]] SchemaVerdict check_schema(const JsonValue& schema, const JsonValue& value);

}  // namespace e2e::host
