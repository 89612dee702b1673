#pragma once

#include <cstddef>

namespace e2e::host {

/// Finds threads of the calling process that a test has left behind. Where the kernel does not tell of
/// threads (no /proc), there are none.
class ThreadWatch {
 public:
  /// Those that there are now are none of them.
  void begin();
  /// How many there are beyond those, and beyond `forgiven` more. One that is just ending is waited for, a
  /// tenth of a second at most.
  [[nodiscard]] size_t left(size_t forgiven) const;

 private:
  size_t known_ = 0;  ///< 0: not counted
};

}  // namespace e2e::host
