#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>

#include "base/fatal.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "launcher/launcher.hpp"

namespace {

using namespace e2e::host;

bool needs_workers(int argc, char** argv) {
  if (argc < 2) return false;
  const std::string_view command = argv[1];
  return command == "run" || command == "list";
}

int dispatch(int argc, char** argv) {
  // First of all, while this process is small and has no thread.
  std::optional<LauncherBirth> launcher;
  if (needs_workers(argc, argv)) launcher.emplace(LauncherBirth::fork());

  std::optional<int> exit_status;
  const Options options = parse_options(argc, argv, exit_status);
  if (exit_status) return *exit_status;
  switch (options.command) {
    case Command::run:
      return static_cast<int>(run_command(options, std::move(*launcher)));
    case Command::list:
      return static_cast<int>(list_command(options, std::move(*launcher)));
    case Command::inspect:
      return static_cast<int>(inspect_command(options));
    case Command::config_check:
      return static_cast<int>(config_check_command(options));
    case Command::config_show:
      return static_cast<int>(config_show_command(options));
    case Command::doctor:
      return static_cast<int>(doctor_command(options));
    case Command::version:
      return static_cast<int>(version_command(options));
    case Command::none:
      break;
  }
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const Fatal& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(ExitCode::infrastructure);
  }
}
