#pragma once

#include <signal.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/frame.hpp"
#include "launcher/launcher.hpp"
#include "run/capture.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// The host's handle on one worker: talks to it, collects its output, ends it. On the event loop's thread.
///
/// A worker is a process that the launcher forked or, under isolation `none`, a thread of the host.
class WorkerHost {
 public:
  struct Listener {
    virtual ~Listener() = default;
    /// A report came. Throws BadBytes if it is not what it should be: the worker is then killed.
    virtual void on_report(WorkerHost& worker, WorkerReport type, ByteReader& in) = 0;
    /// A thread sent what no worker sends (protocol_error()). Nothing can end it, and nothing that it says
    /// from now on is heard.
    virtual void on_broken(WorkerHost& worker) { static_cast<void>(worker); }
    /// It wrote this; `is_next`: in an attempt after the one whose end has not been told yet. Only if its
    /// birth asked for it.
    virtual void on_output(WorkerHost& worker, bool is_stderr, std::string_view bytes, bool is_next) {
      static_cast<void>(worker), static_cast<void>(is_stderr), static_cast<void>(bytes);
      static_cast<void>(is_next);
    }
    /// It has said bye: nothing more will come, and its slot's memory is free for another; it is about to
    /// exit.
    virtual void on_leaving(WorkerHost& worker) = 0;
    /// It has ended and everything it said has been told. Exactly once, the last call; the handle may be
    /// destroyed in it, but not before.
    virtual void on_gone(WorkerHost& worker) = 0;
  };

  /// What a worker is made from. `spool_prefix` names files for large output, as in Capture.
  struct Birth {
    uint32_t worker = 0;
    uint32_t slot = 0;
    WorkerKind kind = WorkerKind::test;
    bool is_thread = false;
    std::string spool_prefix;
    bool is_live = false;                   ///< on_output() is called
    const SecretValues* secrets = nullptr;  ///< taken out of its output; null: none
  };

  /// Starts it. Throws std::system_error if there are no descriptors left.
  WorkerHost(boost::asio::io_context& loop, Launcher& launcher, Listener& listener, const Birth& birth);
  ~WorkerHost();
  WorkerHost(const WorkerHost&) = delete;
  WorkerHost& operator=(const WorkerHost&) = delete;

  void send(WorkerOrder type, const ByteWriter& payload);

  /// Wishes the running attempt to end: its host calls return CANCELLED, SIGTERM to the worker, after half of
  /// `grace_ms` to its group, SIGKILL to the group after all of it. Idempotent. A thread only gets the wish.
  void cancel(int64_t grace_ms);
  /// The same if that stretch of its work (SlotBlock) still runs. False: it is over, and nothing was done.
  bool cancel(uint64_t stretch, int64_t grace_ms);
  /// Hears what it has said by now.
  void listen() { drain_control(); }
  /// SIGKILL to the group at once. No effect on a thread.
  void kill();

  /// Stops its process and what that started, until resume(). No effect on a thread.
  void pause() { signal_group(SIGSTOP); }
  void resume() { signal_group(SIGCONT); }
  /// So much of the time that its phase has taken does not count.
  void forgive(int64_t duration_ns) { block_.phase_start_ns += duration_ns; }

  // What the launcher says of it.
  void on_spawned(int64_t pid) { pid_ = pid; }
  void on_exit(const WorkerExit& exit);
  /// It never started, or the launcher died with it: no exit will be told. on_gone() follows.
  void on_lost();

  /// Reads what it has written; what of that is new is told to on_output().
  void drain_output();
  /// The same for what the attempt that has ended wrote, unless that has been read.
  void drain_attempt_output();
  /// What the attempt that has just ended wrote.
  CapturedOutput take_stdout();
  CapturedOutput take_stderr();
  /// Hears what a living worker has reported and not sent yet, so that it is known what it is at.
  void catch_up();
  /// What the running one has written so far.
  CapturedOutput stdout_so_far() { return so_far(stdout_.get()); }
  CapturedOutput stderr_so_far() { return so_far(stderr_.get()); }

  /// How much the running attempt has written to both.
  [[nodiscard]] uint64_t output_bytes() const noexcept {
    return (stdout_ ? stdout_->written_bytes() : 0) + (stderr_ ? stderr_->written_bytes() : 0);
  }

  [[nodiscard]] uint32_t worker() const noexcept { return birth_.worker; }
  [[nodiscard]] uint32_t slot() const noexcept { return birth_.slot; }
  [[nodiscard]] bool is_thread() const noexcept { return birth_.is_thread; }
  [[nodiscard]] int64_t pid() const noexcept { return pid_; }
  [[nodiscard]] const SlotBlock& block() const noexcept { return block_; }
  [[nodiscard]] bool has_said_bye() const noexcept { return has_said_bye_; }
  [[nodiscard]] bool is_cancelled() const noexcept { return is_cancelled_; }
  [[nodiscard]] bool was_killed() const noexcept { return was_killed_; }
  /// It has reported anything at all.
  [[nodiscard]] bool has_been_heard() const noexcept { return heard_bytes_ > 0; }
  /// on_gone() has been called.
  [[nodiscard]] bool is_gone() const noexcept { return is_gone_; }
  /// It lived on without its channel, and had to be killed for it.
  [[nodiscard]] bool has_lost_channel() const noexcept { return has_lost_channel_; }
  /// Not empty: it sent what no worker sends, this.
  [[nodiscard]] const std::string& protocol_error() const noexcept { return protocol_error_; }
  /// Nothing if it was a thread, or was lost.
  [[nodiscard]] const std::optional<WorkerExit>& exit() const noexcept { return exit_; }

 private:
  void start();
  std::unique_ptr<Capture> make_capture(UniqueFd pipe, bool is_stderr);
  static CapturedOutput so_far(Capture* capture);
  void read_control();
  void read_capture(boost::asio::posix::stream_descriptor& pipe, Capture& capture);
  void hear(std::string_view bytes);
  /// Hears what is there. False once the channel is at its end.
  bool drain_control();
  void on_control_closed();
  void end_attempt(int64_t grace_ms);
  void escalate(int64_t half_grace_ms, int64_t waited_ms = 0);
  void signal_group(int number);
  void finish();

  Launcher& launcher_;
  Listener& listener_;
  const Birth birth_;
  SlotBlock& block_;
  boost::asio::posix::stream_descriptor control_, out_, err_;
  std::unique_ptr<Capture> stdout_, stderr_;
  boost::asio::steady_timer escalation_;
  std::thread thread_;
  FrameBuffer reports_;
  uint64_t sent_bytes_ = 0;   ///< of its reports, that came through the channel
  uint64_t heard_bytes_ = 0;  ///< of its reports; may be ahead of those
  int64_t pid_ = 0;
  std::optional<WorkerExit> exit_;
  std::string protocol_error_;
  bool has_said_bye_ = false, is_cancelled_ = false, was_killed_ = false, has_lost_channel_ = false,
       is_gone_ = false;
  bool has_escalated_ = false, is_channel_closed_ = false;
  /// Handlers that outlive this find it false.
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);
};

}  // namespace e2e::host
