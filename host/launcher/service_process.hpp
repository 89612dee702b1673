#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// A program to start as a managed service.
struct ServiceProgram {
  std::vector<std::string> command;  ///< a program and its arguments; never empty
  std::vector<std::pair<std::string, std::optional<std::string>>> variables;  ///< nullopt: taken away
  std::string folder;  ///< it starts in; a program with a slash in its name is relative to it
};

/// Starts it: in a process group of its own, with its output to `output`, /dev/null as its input, the default
/// for each signal, no descriptor of ours, and SIGKILL if the calling process dies. The caller has to be
/// single-threaded, and reaps it. Throws std::runtime_error that says why not: "there is no program 'x'".
pid_t start_service_process(const ServiceProgram& program, UniqueFd output);

/// The command in one line, words with blanks in quotes; of a text for /bin/sh, the text.
std::string command_line(const std::vector<std::string>& command);

}  // namespace e2e::host
