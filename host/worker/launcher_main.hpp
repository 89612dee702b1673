#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {

/// What the processes of a run know of it from birth.
struct RunIdentity {
  std::string run_id;
  std::string temporary_root;  ///< holds a folder for each worker; removed by whoever of the run ends last
};

/// What the launcher ignores, so that only the host ends it: of everything else it has the defaults.
inline constexpr int signals_ignored_by_launcher[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP};

/// What a worker process is for.
enum class WorkerKind : uint8_t { test, describe };

/// The launcher's life: forks workers as the host asks, tells it how each ended, kills what they leave
/// behind. Single-threaded; loads no plugin. Runs in the child of the host's only fork and never returns: it
/// exits when the host says shutdown, or when the host is gone (EOF on `host`), with all its workers killed.
/// `host_life` reads EOF when the host dies; it is the keeper's to watch.
[[noreturn]] void launcher_main(const RunIdentity& run, SlotMemory& slots, UniqueFd host, UniqueFd host_life);

}  // namespace e2e::host
