#include "api/resource_id.hpp"

#include <fmt/format.h>

#include <charconv>

#include "http/json_response.hpp"

namespace demo {

std::string format_id(std::string_view prefix, std::int64_t row) { return fmt::format("{}_{}", prefix, row); }

std::optional<std::int64_t> parse_id(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix) || text.substr(prefix.size(), 1) != "_") return std::nullopt;
  const std::string_view digits = text.substr(prefix.size() + 1);
  std::int64_t row = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), row);
  // One id, one spelling: `usr_007` is not `usr_7`.
  if (error != std::errc() || end != digits.data() + digits.size() || format_id(prefix, row) != text) {
    return std::nullopt;
  }
  return row;
}

std::int64_t path_id(const Request& request, std::string_view prefix) {
  const auto row = parse_id(prefix, request.path_parameters.at("id"));
  if (!row) throw not_found();
  return *row;
}

HttpError not_found() { return HttpError(error_response(404, "not_found", "there is no such resource")); }

}  // namespace demo
