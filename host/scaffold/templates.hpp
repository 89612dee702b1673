#pragma once

#include <map>
#include <string>
#include <string_view>

namespace e2e::host {

/// A file of templates/ by its name there; the program holds them. It must be one.
std::string_view template_text(std::string_view name);

/// The template with each @NAME@ replaced, once and not in what it puts in.
std::string filled(std::string_view name, const std::map<std::string, std::string, std::less<>>& values);

}  // namespace e2e::host
