#pragma once

#include <string>

#include "base/verdict.hpp"
#include "base/wait_status.hpp"
#include "events/event.hpp"
#include "run/worker_host.hpp"

namespace e2e::host {

/// What a worker's test died of, named as what it is: "SIGSEGV at address 0x0 (null dereference)", "called
/// exit(0)". For a worker that is gone without having said so.
std::string describe_death(const WorkerHost& worker);

/// Why the worker ended before anything of a plugin ran in it: no plugin's fault, then. Empty: it did not.
std::string why_not_set_up(const WorkerHost& worker);

/// Where the kernel put its core dump, in words; empty if it made none.
std::string core_dump_of(const WorkerHost& worker);

/// How the worker, which is gone, ended, and what it used.
WorkerExited exit_of(const WorkerHost& worker);

}  // namespace e2e::host
