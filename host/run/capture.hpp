#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/secret_values.hpp"
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
  /// `secrets` are taken out, also of what was read before they were known, as far as it is not in a file
  /// yet; null: none.
  Capture(UniqueFd pipe, std::string marker, std::string spool_prefix, Live live = {},
          const SecretValues* secrets = nullptr);

  [[nodiscard]] int fd() const noexcept { return pipe_.get(); }

  /// Reads what is there; never waits. False once the pipe is at its end. `before_digested` is called when
  /// something was read; it may call the other functions.
  bool drain(const std::function<void()>& before_digested = {});
  /// Reads what is there, unless all that the attempt wrote which take() gives has been read.
  void drain_attempt() {
    if (ended_.empty()) drain();
  }
  /// How much the attempt under way has written, as far as it was read.
  [[nodiscard]] uint64_t written_bytes() const noexcept { return current_.output.total_bytes; }
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
  [[nodiscard]] CapturedOutput finished(CapturedOutput output) const;
  /// Cuts what was read into attempts, and keeps it.
  void digest();
  /// Adds it without its secrets.
  void add_clean(std::string_view bytes);
  void add(std::string_view bytes);
  void spool(std::string_view bytes);
  /// A file that is not whole is worse than none: it goes, and there will be no other.
  void drop_spool();

  UniqueFd pipe_;
  const std::string marker_;
  std::string spool_prefix_;
  const Live live_;
  const SecretValues* const secrets_;
  std::string held_;  ///< the end of what came, as far as it may begin a marker or a secret
  Segment current_;
  std::deque<CapturedOutput> ended_;
  uint32_t spools_ = 0;
};

}  // namespace e2e::host
