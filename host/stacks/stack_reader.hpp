#pragma once

#include <memory>
#include <vector>

#include "events/event.hpp"
#include "stacks/snapshot.hpp"

namespace e2e::host {

/// Turns snapshots into stacks with function names, files and lines, with libdw. Keeps what it has read of
/// each file, so that the next stack through it is cheap. Reads the files that a snapshot names, whatever
/// these hold: for a process that may crash or hang over them.
class StackReader {
 public:
  /// A stack deeper than this is cut.
  static constexpr size_t max_frames = 128;

  /// Throws std::runtime_error where libdw is missing.
  StackReader();
  ~StackReader();
  StackReader(const StackReader&) = delete;
  StackReader& operator=(const StackReader&) = delete;

  /// One for each thread, innermost frame first, without what called the test: functions of the SDK,
  /// of this program and of the C library. A stack that can't be followed further says so in its note.
  std::vector<ThreadStack> read(const Snapshot& snapshot);

 private:
  class Unwinding;
  std::unique_ptr<Unwinding> unwinding_;
};

}  // namespace e2e::host
