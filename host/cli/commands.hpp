#pragma once

#include <optional>

#include "base/exit_code.hpp"
#include "cli/options.hpp"
#include "cli/supervisor.hpp"
#include "launcher/launcher.hpp"

namespace e2e::host {

// What each command does. Each throws Fatal where it can't begin, or can't go on before it has begun.

/// `run`: the whole pipeline, or with --list and --dry-run as much of it as starts nothing.
ExitCode run_command(const Options& options, LauncherBirth launcher);
/// `run --repeat` and `--until-fail`: one run after the other, each a process of its own. Says which failed.
/// Its code is 0 if none did, else 4 where one had infrastructure trouble, else 1; that of the first where
/// none can begin.
ExitCode repeat_command(const Options& options, Supervisor& supervisor);
/// `run --watch`: a run, each a process of its own, now and whenever something changes. Ends by a signal.
ExitCode watch_command(const Options& options, Supervisor& supervisor);
/// `run --debug-test`: becomes the debugger. `argv` is the run's command line. Returns where that is no one
/// test.
ExitCode debug_command(const Options& options, int argc, char** argv);
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
/// `report`: shows a run again, or several as one, from their journals; its code is the run's.
ExitCode report_command(const Options& options);
/// `init`: makes a project; nothing where a file is in its way.
ExitCode init_command(const Options& options);
/// `new service`: makes its files, and adds it to the configuration.
ExitCode new_service_command(const Options& options);
/// `new test`: makes a module.
ExitCode new_test_command(const Options& options);
/// `sample-service`: serves until a signal comes.
ExitCode sample_service_command(const Options& options);
/// `pack build`: makes a pack, in workers where the tests are listed.
ExitCode pack_build_command(const Options& options);
/// `pack keygen`: makes a key pair.
ExitCode pack_keygen_command(const Options& options);
/// `pack sign`: signs a pack that is there.
ExitCode pack_sign_command(const Options& options);
/// `pack inspect`: shows packs, having checked them.
ExitCode pack_inspect_command(const Options& options);
/// `pack verify`: infrastructure where one is whole and nobody trusted has signed it.
ExitCode pack_verify_command(const Options& options);
/// `pack install`, `upgrade`, `list`, `show`, `remove`: the user's store.
ExitCode pack_install_command(const Options& options);
ExitCode pack_upgrade_command(const Options& options);
ExitCode pack_list_command(const Options& options);
ExitCode pack_show_command(const Options& options);
ExitCode pack_remove_command(const Options& options);
/// `pack lock`: settles the project on the packs that its configuration finds now.
ExitCode pack_lock_command(const Options& options);
/// `trust`: the user's trusted keys.
ExitCode trust_add_command(const Options& options);
ExitCode trust_list_command(const Options& options);
ExitCode trust_remove_command(const Options& options);
/// `completion`: prints a shell's script.
ExitCode completion_command(const Options& options);
/// `__complete`: what those scripts call; a line a candidate, its description behind a tab.
ExitCode complete_command(const Options& options);
/// `version`.
ExitCode version_command(const Options& options);

}  // namespace e2e::host
