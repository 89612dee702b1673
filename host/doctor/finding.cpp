#include "doctor/finding.hpp"

namespace e2e::host {

std::string_view to_string(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::info:
      return "info";
    case Health::warning:
      return "warn";
    case Health::failure:
      return "FAIL";
  }
  return "";
}

}  // namespace e2e::host
