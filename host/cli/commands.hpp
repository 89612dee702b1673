#pragma once

#include <optional>

#include "base/exit_code.hpp"
#include "cli/options.hpp"
#include "launcher/launcher.hpp"

namespace e2e::host {

// What each command does. Each throws Fatal where it can't begin, or can't go on before it has begun.

/// `run`: the whole pipeline.
ExitCode run_command(const Options& options, LauncherBirth launcher);
/// `list`: the pipeline up to the selection.
ExitCode list_command(const Options& options, LauncherBirth launcher);
/// `inspect`: reads files; needs no process.
ExitCode inspect_command(const Options& options);
/// `config check`: throws with all that is wrong.
ExitCode config_check_command(const Options& options);
/// `config show`: every value with where it came from.
ExitCode config_show_command(const Options& options);
/// `doctor`: a line a check; infrastructure where one failed.
ExitCode doctor_command(const Options& options);
/// `version`.
ExitCode version_command(const Options& options);

}  // namespace e2e::host
