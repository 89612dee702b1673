#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.hpp"

namespace e2e::host {

/// Writes a scalar as JSON: a plain one as the number, truth value or text that YAML 1.2's core schema takes
/// it for (octal and hexadecimal numbers are text), any other as text.
void put_yaml_scalar(JsonText& json, const std::string& text, bool is_plain);

/// One YAML document as JSON text, within the bounds of a configuration. nullopt: `problem` says in lines
/// what is wrong with it, and where in `name`.
std::optional<std::string> yaml_to_json(std::string_view name, std::string_view yaml, std::string& problem);

}  // namespace e2e::host
