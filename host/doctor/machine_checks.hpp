#pragma once

#include <cstdint>
#include <filesystem>

#include "doctor/finding.hpp"

namespace e2e::host {

/// What the kernel has to offer: memfd_create, pidfd_open, close_range, and a /proc that can be read.
void check_kernel(Findings& findings);
/// Whether descriptors, CPUs and memory are enough for that many workers. `cpus`: those that this process may
/// use.
void check_resources(uint32_t workers, uint32_t cpus, Findings& findings);
/// Whether there are control groups that limits.processes can be enforced with: makes one, and removes it.
void check_process_limit(Findings& findings);
/// Whether workers can have their temporary folders: `folder` is $TMPDIR or what stands for it.
void check_temporary_folder(const std::filesystem::path& folder, Findings& findings);
/// What there is to build plugins with. Only packs need none: never a failure.
void check_build_tools(const char* path_variable, Findings& findings);

/// Why no file can be made in a folder, in the system's words; empty where one can.
std::string why_not_writable(const std::filesystem::path& folder);

}  // namespace e2e::host
