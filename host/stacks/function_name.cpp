#include "stacks/function_name.hpp"

namespace e2e::host {

bool is_sdk_function(std::string_view name) noexcept {
  constexpr std::string_view scope = "e2e::detail::";
  // What stands in brackets is an argument's type, or the return type's.
  int depth = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (depth == 0 && (i == 0 || name[i - 1] == ' ') && name.substr(i).starts_with(scope)) return true;
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if (depth > 0 && (c == '>' || c == ')' || c == '}' || c == ']') && name[i - 1] != '-') --depth;
  }
  return false;
}

}  // namespace e2e::host
