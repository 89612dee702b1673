#pragma once

#include <cstdint>

namespace e2e::host {

/// What a worker process may use; 0: as much as it likes. Not under isolation `none`, where there is no such
/// process.
struct ResourceLimits {
  int64_t memory_mib = 0;   ///< private memory of the process: heap, anonymous maps
  int64_t cpu_seconds = 0;  ///< of an attempt, all threads added up
  int64_t open_files = 0;   ///< at one time
  int64_t processes = 0;    ///< and threads at one time, itself among them; where a control group can be had
  int64_t output_mib = 0;   ///< that an attempt writes to stdout and stderr
};

}  // namespace e2e::host
