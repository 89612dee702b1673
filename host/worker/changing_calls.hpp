#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace e2e::host {

/// What code may change of its process, as far as that is rare and takes many system calls to look at.
struct ChangingCalls {
  bool signals = true;  ///< what they do, or the stack on which they are handled
  bool timers = true;   ///< that send signals
  bool limits = true;   ///< of resources
  bool threads = true;  ///< that may live on
};

/// The libraries that are loaded into this process later, and which of such calls they import: what no plugin
/// and none of its libraries imports, no test changes. One that has the kernel's calls by number, looks
/// functions up by name, or uses a library that the host had loaded for itself (libcurl and its own; not that
/// of C or C++) may change everything; so may all from the moment when one is unloaded, after which it isn't
/// known any more. Whoever makes system calls without the C library isn't seen. One thread at a time.
class LaterLibraries {
 public:
  /// Those that are loaded now are not meant.
  LaterLibraries();
  /// Of all that have been loaded since. One system library call where no more have come.
  [[nodiscard]] ChangingCalls changing_calls();

 private:
  std::set<const void*> known_;        ///< by their program headers
  std::set<std::string> known_names_;  ///< of those that were there at the start, without folders
  uint64_t loaded_ = 0;    ///< how many this process had loaded, ever, when they were last looked at
  uint64_t unloaded_ = 0;  ///< how many it had unloaded when it began
  ChangingCalls calls_{false, false, false, false};
};

}  // namespace e2e::host
