// What the command line says.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "service_name.hpp"

namespace demo {

/// A service to be served.
struct ServiceOptions {
  Service service = Service::auth;
  int port = 0;  ///< 0: any free one.
};

struct Options {
  std::vector<ServiceOptions> services;  ///< In the order of all_services; at least one.
  std::string database_path;             ///< Empty: in a folder of its own, removed at the end.
  std::string ports_file;                ///< Empty: none.
};

/// Instead of options: there is nothing to serve, end with this code. What there was to say is printed.
struct EndNow {
  int exit_code = 0;
};

/// Reads the command line. Prints help to stdout, errors to stderr.
[[nodiscard]] std::variant<Options, EndNow> parse_options(int argc, const char* const* argv);

}  // namespace demo
