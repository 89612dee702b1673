#pragma once

#include <cstdint>
#include <string>

namespace e2e::host {

/// Whether workers can be started just now. Processes, descriptors or memory may have run out, for a moment
/// or for good: it is tried again whenever a worker has ended, and several times a second.
class WorkerShortage {
 public:
  /// With no worker left that could make room, so long is waited for others to do so.
  static constexpr int64_t patience_ns = 2'000'000'000;

  /// One could not be started, for that reason.
  void begin(const std::string& why, int64_t now_ns);
  /// One was started.
  void end() { why_.clear(); }
  /// A worker has ended: there may be room now.
  void try_again() { next_try_ns_ = 0; }

  [[nodiscard]] bool is_there() const noexcept { return !why_.empty(); }
  [[nodiscard]] const std::string& why() const noexcept { return why_; }
  /// Whether a worker may be started, or it may be tried again.
  [[nodiscard]] bool allows_start(int64_t now_ns) const noexcept {
    return !is_there() || now_ns >= next_try_ns_;
  }
  /// Nobody is left to wait for. `is_anyone_left`: a worker of the run still has to end.
  [[nodiscard]] bool is_hopeless(bool is_anyone_left, int64_t now_ns);

 private:
  std::string why_;
  int64_t next_try_ns_ = 0;
  int64_t alone_since_ns_ = 0;  ///< 0: not alone
};

}  // namespace e2e::host
