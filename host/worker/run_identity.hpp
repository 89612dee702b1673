#pragma once

#include <signal.h>

#include <cstdint>
#include <string>

namespace e2e::host {

/// What the processes of a run know of it from birth.
struct RunIdentity {
  std::string run_id;
  std::string temporary_root;  ///< holds a folder for each worker; removed by whoever of the run ends last
};

/// What the run's managed services may share: ${run.folder}. The keeper makes it; it goes with the temporary
/// files.
inline std::string services_folder(const RunIdentity& run) { return run.temporary_root + "/services"; }

/// What the launcher ignores, so that only the host ends it: of everything else it has the defaults.
inline constexpr int signals_ignored_by_launcher[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                                      SIGPIPE, SIGTSTP, SIGUSR1, SIGXFSZ};

/// What a worker process is for.
enum class WorkerKind : uint8_t { test, describe };

}  // namespace e2e::host
