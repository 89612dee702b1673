#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "events/event.hpp"
#include "events/json_members.hpp"

namespace e2e::host {

/// What one event may hold. The host's own bounds (AttemptRecord) are below these.
struct EventBounds {
  static constexpr size_t max_items = 20'000;
  static constexpr size_t max_names = 1'000;
  static constexpr int64_t max_workers = 1 << 24;
  static constexpr int64_t max_amount = int64_t{1} << 40;  ///< of CPU time in µs, of memory in KiB
  static constexpr int64_t max_pid = INT32_MAX;
};

// What events consist of, each from the members of an object of its own, or from the member of the event that
// has it: docs/events.md. Throw BadEvent.

TestInfo read_test(JsonMembers& from);
Failure read_failure(JsonMembers& from);
StepRecord read_step(JsonMembers& from);
ExchangeRecord read_exchange(JsonMembers& from);
AttachmentRecord read_attachment(JsonMembers& from);
CapturedOutput read_output(JsonMembers& from, const char* name);
std::vector<CrashInfo> read_crash(JsonMembers& from);
ThreadStack read_stack(JsonMembers& from);
RunEnvironment read_environment(JsonMembers& from);

}  // namespace e2e::host
