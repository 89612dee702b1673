#pragma once

#include <nlohmann/json.hpp>

#include "json.hpp"

/// For tests that use nlohmann/json. Not part of e2e.hpp: that library costs seconds of compile time.
namespace e2e {

inline nlohmann::json to_nlohmann(const Json& json) { return nlohmann::json::parse(json.dump()); }
inline JsonValue from_nlohmann(const nlohmann::json& json) { return JsonValue::from_text(json.dump()); }

}  // namespace e2e
