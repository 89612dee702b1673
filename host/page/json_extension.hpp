#pragma once

#include <e2e/ext/json.h>

namespace e2e::host {

class JsonValue;

/// The functions of e2e.json/1. Any thread; null arguments are answered as "nothing there".
[[nodiscard]] const e2e_json_v1& json_extension() noexcept;

/// What a plugin gets of a value. It may read it as long as its document lives; release() frees only
/// documents that the plugin parsed itself.
[[nodiscard]] const e2e_json* to_handle(const JsonValue* value) noexcept;

/// Null for null.
[[nodiscard]] const JsonValue* from_handle(const e2e_json* value) noexcept;

}  // namespace e2e::host
