#include "worker/phase_name.hpp"

#include <e2e/ext/report.h>

#include "worker/slot_memory.hpp"

namespace e2e::host {

std::string_view phase_name(uint32_t phase) {
  switch (phase) {
    case phase_idle:
      return "idle";
    case phase_loading:
      return "loading";
    case phase_finishing:
      return "finishing";
    case E2E_PHASE_ONCE_PER_RUN:
      return "once_per_run";
    case E2E_PHASE_BEFORE_ALL:
      return "before_all";
    case E2E_PHASE_BEFORE_EACH:
      return "before_each";
    case E2E_PHASE_BODY:
      return "body";
    case E2E_PHASE_AFTER_EACH:
      return "after_each";
    case E2E_PHASE_CLEANUP:
      return "cleanup";
    case E2E_PHASE_AFTER_ALL:
      return "after_all";
    default:
      return "?";
  }
}

}  // namespace e2e::host
