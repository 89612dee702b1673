#include "http/json_response.hpp"

#include <nlohmann/json.hpp>

namespace demo {

Response json_response(int status, const nlohmann::json& body) {
  // Text that came in through a URL need not be UTF-8, and dump() would throw on it.
  return {status, {}, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Response no_content() { return {204, {}, {}}; }

Response error_response(int status, std::string_view code, std::string_view message) {
  return json_response(status, {{"error", code}, {"message", message}});
}

}  // namespace demo
