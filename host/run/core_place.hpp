#pragma once

#include <cstdint>
#include <string>

namespace e2e::host {

/// What the kernel does with core dumps: /proc/sys/kernel/core_pattern and core_uses_pid, core(5).
struct CoreSettings {
  std::string pattern;
  bool uses_pid = false;
};
CoreSettings read_core_settings();

/// Where such a kernel puts the core of that process: a path where the pattern tells it, else in words.
/// Relative patterns are in the folder that the process was in.
std::string core_place(const CoreSettings& settings, int64_t pid, int signal_number);

}  // namespace e2e::host
