#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// The host's end of one capture pipe: cuts what a worker writes into attempts at the marker that ends each.
/// Keeps the head and the tail of large output; all of it, up to a bound, goes to a file.
class Capture {
 public:
  static constexpr size_t head_bytes = 32 * 1024;
  static constexpr size_t tail_bytes = 32 * 1024;
  static constexpr uint64_t spool_limit_bytes = 256u << 20;

  /// Told what an attempt wrote, when it is read; `is_next`: of an attempt after the one that take() gives.
  using Live = std::function<void(std::string_view bytes, bool is_next)>;

  /// `spool_prefix` + a number names the files of large outputs; empty: none are written. `live` may be
  /// empty.
  Capture(UniqueFd pipe, std::string marker, std::string spool_prefix, Live live = {});

  [[nodiscard]] int fd() const noexcept { return pipe_.get(); }

  /// Reads what is there; never waits. False once the pipe is at its end.
  bool drain();
  /// What the attempt that has just ended wrote, the pipe having been drained. Where its marker did not come
  /// (the worker died, or closed the pipe): all there is.
  CapturedOutput take();
  /// What the running attempt has written so far, the pipe having been drained.
  [[nodiscard]] CapturedOutput so_far() const;

 private:
  struct Segment {
    CapturedOutput output;
    UniqueFd spool;
    uint64_t spooled_bytes = 0;
  };

  /// The output as events have it.
  static CapturedOutput finished(CapturedOutput output);
  void feed(std::string_view bytes);
  void add(std::string_view bytes);
  void spool(std::string_view bytes);

  UniqueFd pipe_;
  const std::string marker_;
  const std::string spool_prefix_;
  const Live live_;
  std::string held_;  ///< the end of what came, as far as it may begin a marker
  Segment current_;
  std::deque<CapturedOutput> ended_;
  uint32_t spools_ = 0;
};

}  // namespace e2e::host
