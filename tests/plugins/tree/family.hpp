#pragma once

#include <sys/types.h>

/// The descendants a test can have, of the kinds that are hard to clean up after; and how a test tells the
/// one who watches it (tests/e2e, tools/kill-matrix.sh) how far it is.
namespace tree {

/// Tells the watcher: makes the file `name` in the folder $TREE_FOLDER, whole at once. Nothing without that
/// variable. Async-signal-safe but for the first call.
void tell(const char* name, const char* text = "");
/// Somebody has made a file of that name there.
bool is_told(const char* name);

/// Processes that a test started, none of which ends by itself. They are left alone when this is destroyed.
struct Family {
  pid_t plain = -1;      ///< forked, no exec; ends with code 0 at SIGUSR1
  pid_t program = -1;    ///< forked, then another program
  pid_t daemon = -1;     ///< the same after setsid and a second fork: a group of its own, its parent gone
  pid_t forgetful = -1;  ///< a program with an empty environment; -1: not asked for

  /// Starts them and returns when each has become what it is to be. Throws std::system_error.
  static Family start(bool with_forgetful);
  /// Tells the watcher all pids, one "kind pid" a line.
  void tell_as(const char* name) const;
  /// Waits until `plain` has ended; true if it did so with code 0.
  [[nodiscard]] bool wait_for_plain();
  /// Kills and reaps them all.
  void end();
};

}  // namespace tree
