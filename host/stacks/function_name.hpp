#pragma once

#include <string_view>

namespace e2e::host {

/// Whether a demangled function is one of the SDK's own, in e2e::detail. Names of templates begin with their
/// return type.
bool is_sdk_function(std::string_view name) noexcept;

}  // namespace e2e::host
