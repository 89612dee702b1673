#pragma once

#include <sys/types.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/frame.hpp"
#include "launcher/launcher_main.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// The host's only child, not yet spoken to: forked first thing in main, while the host is small and has no
/// thread.
struct LauncherBirth {
  RunIdentity run;
  std::unique_ptr<SlotMemory> slots;
  UniqueFd channel;
  UniqueFd host_life;  ///< held for its EOF; never written to
  UniqueFd keeper;     ///< this process' end of its channel to the keeper
  pid_t pid = -1;

  /// Forks. Makes the calling process a subreaper, and lets it have as many descriptors as it may. Returns in
  /// the host only. Throws std::system_error.
  static LauncherBirth fork();

  LauncherBirth() = default;
  LauncherBirth(LauncherBirth&& other) noexcept;
  /// Ends the launcher, if nobody took it over, and waits for that.
  ~LauncherBirth();
};

/// The host's side of the launcher: asks it for workers, hears how they end. On the event loop's thread.
class Launcher {
 public:
  struct Listener {
    virtual ~Listener() = default;
    virtual void on_spawned(uint32_t worker, int64_t pid) = 0;
    virtual void on_spawn_failed(uint32_t worker, const std::string& why) = 0;
    virtual void on_worker_exit(const WorkerExit& exit) = 0;
    /// The launcher died. What it left behind has been killed; no worker's exit will be told.
    virtual void on_launcher_lost() = 0;
  };

  Launcher(boost::asio::io_context& loop, LauncherBirth birth);
  /// Ends the launcher and with it every process of the run; waits for that.
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// What the destructor does, for a process that leaves without it.
  void shut_down();

  /// Who hears of events from now on. Outlives the next change, or this.
  void set_listener(Listener* listener) noexcept { listener_ = listener; }

  /// Asks for a worker, with its ends of channel and capture pipes. on_spawned() or on_spawn_failed()
  /// follows.
  void spawn(uint32_t worker, uint32_t slot, WorkerKind kind, UniqueFd control, UniqueFd out, UniqueFd err);
  /// Sends a signal to a worker, or to its whole group. No effect if it has ended.
  void signal(uint32_t worker, int signal_number, bool whole_group);

  /// Has the system's certificates loaded once, for all workers that are asked for later.
  void load_certificates();

  /// Has each worker of tests that is asked for later, with what it starts, hold at most so many processes
  /// and threads. Empty, or why that can't be had.
  std::string limit_processes(int64_t max_processes);

  /// Asks for a symboliser (stacks/symboliser_main.hpp), with its end of the channel to it.
  void start_symboliser(UniqueFd channel);
  /// SIGKILL to the one that was started last, also if it is stopped. No effect if it has ended.
  void kill_symboliser();

  /// This process' end of the channel to the keeper, for whoever has services there; once.
  [[nodiscard]] UniqueFd take_keeper_channel() noexcept { return std::move(birth_.keeper); }

  [[nodiscard]] const RunIdentity& run() const noexcept { return birth_.run; }
  [[nodiscard]] SlotMemory& slots() const noexcept { return *birth_.slots; }
  [[nodiscard]] pid_t pid() const noexcept { return birth_.pid; }
  [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }

 private:
  void read();
  void hear(const Frame& frame);
  void lose();
  void send(LauncherRequest type, const ByteWriter& payload, std::span<const int> descriptors = {});

  LauncherBirth birth_;
  boost::asio::posix::stream_descriptor channel_;
  Listener* listener_ = nullptr;
  FrameBuffer reports_;
  std::array<char, 16 * 1024> bytes_;
  bool is_lost_ = false;
  bool has_cgroup_ = false;  ///< of the run, to be removed
};

}  // namespace e2e::host
