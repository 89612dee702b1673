#include "scaffold/templates.hpp"

namespace e2e::host {

std::string filled(std::string_view name, const std::map<std::string, std::string, std::less<>>& values) {
  std::string_view rest = template_text(name);
  std::string text;
  while (!rest.empty()) {
    const size_t from = rest.find('@');
    const size_t to = from == std::string_view::npos ? from : rest.find('@', from + 1);
    const auto value =
        to == std::string_view::npos ? values.end() : values.find(rest.substr(from + 1, to - from - 1));
    if (value == values.end()) {
      // Not one of ours: an '@' of the file's own.
      const size_t taken = from == std::string_view::npos ? rest.size() : from + 1;
      text += rest.substr(0, taken);
      rest.remove_prefix(taken);
      continue;
    }
    text.append(rest.substr(0, from)).append(value->second);
    rest.remove_prefix(to + 1);
  }
  return text;
}

}  // namespace e2e::host
