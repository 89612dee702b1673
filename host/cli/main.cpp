#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <new>
#include <optional>

#include "base/fatal.hpp"
#include "cli/build_project.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/prepare.hpp"
#include "launcher/launcher.hpp"

namespace {

using namespace e2e::host;

/// A run that is made of others, or of another program.
std::optional<ExitCode> run_around_runs(const Options& options, int argc, char** argv) {
  if (options.is_child) return std::nullopt;
  if (!options.debug_test.empty()) return debug_command(options, argc, argv);
  const bool is_repeated = options.until_fail || options.repeat.value_or(1) > 1;
  if (!options.build && !options.watch && !is_repeated) return std::nullopt;
  Supervisor supervisor(argc, argv);
  if (options.watch) return watch_command(options, supervisor);
  if (options.build) build_project(load_config(sources_of(options)), options, supervisor);
  if (const auto interrupted = supervisor.interrupted()) return interrupted;
  if (is_repeated) return repeat_command(options, supervisor);
  return std::nullopt;
}

int dispatch(int argc, char** argv) {
  std::optional<int> exit_status;
  const Options options = parse_options(argc, argv, exit_status);
  if (exit_status) return *exit_status;
  switch (options.command) {
    case Command::run:
      if (const auto code = run_around_runs(options, argc, argv)) return static_cast<int>(*code);
      // While this process is small and has no thread.
      return static_cast<int>(run_command(options, LauncherBirth::fork()));
    case Command::list:
      return static_cast<int>(list_command(options, LauncherBirth::fork()));
    case Command::inspect:
      return static_cast<int>(inspect_command(options));
    case Command::config_check:
      return static_cast<int>(config_check_command(options));
    case Command::config_show:
      return static_cast<int>(config_show_command(options));
    case Command::doctor:
      return static_cast<int>(doctor_command(options));
    case Command::report:
      return static_cast<int>(report_command(options));
    case Command::init:
      return static_cast<int>(init_command(options));
    case Command::new_service:
      return static_cast<int>(new_service_command(options));
    case Command::new_test:
      return static_cast<int>(new_test_command(options));
    case Command::sample_service:
      return static_cast<int>(sample_service_command(options));
    case Command::pack_build:
      return static_cast<int>(pack_build_command(options));
    case Command::pack_keygen:
      return static_cast<int>(pack_keygen_command(options));
    case Command::pack_sign:
      return static_cast<int>(pack_sign_command(options));
    case Command::pack_inspect:
      return static_cast<int>(pack_inspect_command(options));
    case Command::pack_verify:
      return static_cast<int>(pack_verify_command(options));
    case Command::pack_install:
      return static_cast<int>(pack_install_command(options));
    case Command::pack_upgrade:
      return static_cast<int>(pack_upgrade_command(options));
    case Command::pack_list:
      return static_cast<int>(pack_list_command(options));
    case Command::pack_show:
      return static_cast<int>(pack_show_command(options));
    case Command::pack_remove:
      return static_cast<int>(pack_remove_command(options));
    case Command::pack_lock:
      return static_cast<int>(pack_lock_command(options));
    case Command::trust_add:
      return static_cast<int>(trust_add_command(options));
    case Command::trust_list:
      return static_cast<int>(trust_list_command(options));
    case Command::trust_remove:
      return static_cast<int>(trust_remove_command(options));
    case Command::completion:
      return static_cast<int>(completion_command(options));
    case Command::complete:
      return static_cast<int>(complete_command(options));
    case Command::version:
      return static_cast<int>(version_command(options));
    case Command::none:
      break;
  }
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int main(int argc, char** argv) {
  // A file that may not grow is an error where it is written, not the end of this process.
  ::signal(SIGXFSZ, SIG_IGN);
  try {
    return dispatch(argc, argv);
  } catch (const Fatal& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    std::fputs("error: out of memory (this process may have no more: ulimit -v, memory.max)\n", stderr);
    return static_cast<int>(ExitCode::infrastructure);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(ExitCode::infrastructure);
  }
}
