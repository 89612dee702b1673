#pragma once

#include <stdexcept>
#include <string>

#include "base/exit_code.hpp"

namespace e2e::host {

/// Ends the command with a diagnostic and an exit code. The text is what the user reads: lower case, the
/// thing, the reason, the way out; it may have several lines. Thrown only before a run starts or after it
/// ended.
class Fatal : public std::runtime_error {
 public:
  Fatal(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace e2e::host
