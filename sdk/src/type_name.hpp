#pragma once

#include <string>
#include <typeinfo>

namespace e2e::detail {

/// Demangled.
std::string type_name(const std::type_info& type);
/// Of the exception being handled.
std::string current_exception_type();

}  // namespace e2e::detail
