#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <optional>

namespace demo {
namespace {

constexpr int exit_usage = 2;
constexpr int max_port = 65535;

struct Arguments {
  int port_base = 8080;
  std::array<std::optional<int>, all_services.size()> ports;
  std::vector<std::string> only;
  std::string database_path;
  std::string ports_file;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--port-base", arguments.port_base,
                 "N: auth on N+1, users on N+2, orders on N+3, payments on N+4")
      ->check(CLI::Range(0, max_port - static_cast<int>(all_services.size())))
      ->capture_default_str();
  std::vector<std::string> names;
  for (const Service service : all_services) {
    const std::string name(name_of(service));
    names.push_back(name);
    app.add_option(fmt::format("--{}-port", name), arguments.ports[static_cast<std::size_t>(service)],
                   fmt::format("port of {}; 0: any free one", name))
        ->check(CLI::Range(0, max_port));
  }
  app.add_option("--only", arguments.only,
                 "serve this service, and no other that is not named so; repeatable")
      ->check(CLI::IsMember(names))
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--db", arguments.database_path, "SQLite file, kept; default: a temporary one");
  app.add_option("--ports-file", arguments.ports_file,
                 R"(write {"auth": 8081, ...} to this file once all services listen; removed at the end)");
}

Options resolve(const Arguments& arguments) {
  Options options{{}, arguments.database_path, arguments.ports_file};
  for (std::size_t i = 0; i < all_services.size(); ++i) {
    const std::string name(name_of(all_services[i]));
    const bool is_served =
        arguments.only.empty() || std::count(arguments.only.begin(), arguments.only.end(), name) > 0;
    if (is_served) {
      const int default_port = arguments.port_base + static_cast<int>(i) + 1;
      options.services.push_back({all_services[i], arguments.ports[i].value_or(default_port)});
    } else if (arguments.ports[i]) {
      throw CLI::ValidationError(fmt::format("--{}-port", name), fmt::format("{} is not among --only", name));
    }
  }
  return options;
}

}  // namespace

std::variant<Options, EndNow> parse_options(int argc, const char* const* argv) {
  CLI::App app("Serves the demo services auth, users, orders and payments over HTTP, on 127.0.0.1.",
               "demo-backend");
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
    return resolve(arguments);
  } catch (const CLI::ParseError& error) {
    return EndNow{app.exit(error) == 0 ? 0 : exit_usage};
  }
}

}  // namespace demo
