#pragma once

#include <string>
#include <string_view>

#include "base/verdict.hpp"

namespace e2e::host {

/// Why a test is skipped whose dependency did not pass: "depends on users::01_a::b, which failed".
inline std::string dependency_skip_reason(std::string_view dependency_id, Outcome outcome) {
  std::string reason = "depends on ";
  reason += dependency_id;
  reason += outcome == Outcome::skipped   ? ", which was skipped"
            : outcome == Outcome::not_run ? ", which did not run"
                                          : ", which failed";
  return reason;
}

}  // namespace e2e::host
