#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/frame.hpp"
#include "events/event.hpp"
#include "launcher/launcher.hpp"
#include "stacks/snapshot.hpp"
#include "stacks/stack_wire.hpp"

namespace e2e::host {

/// The host's handle on the process that reads stacks: started when the first one is wanted. One that dies
/// over a file, or is silent for too long, takes the stacks with it that it had been asked for, and another
/// is started, max_starts times in all. On the event loop's thread.
class Symboliser {
 public:
  /// Called once for each request, never from within it; with a stack whose note says why where there is
  /// none.
  using Done = std::function<void(std::vector<ThreadStack> stacks)>;
  /// One that says nothing for so long, while it owes an answer, is killed: it is stopped, or stuck where its
  /// own alarm can't end it. Time in which this process was stopped itself does not count.
  static constexpr int64_t max_patience_ms = 15'000;
  static constexpr int max_starts = 20;

  /// Both outlive this.
  Symboliser(boost::asio::io_context& loop, Launcher& launcher);
  ~Symboliser();
  Symboliser(const Symboliser&) = delete;
  Symboliser& operator=(const Symboliser&) = delete;

  /// The stacks of a process that has left this.
  void read(const Snapshot& snapshot, Done done);
  /// The stacks of a living worker's threads. It is held for a moment.
  void read_process(int64_t pid, Done done);
  /// Nobody waits for stacks any more: what is asked for, and what will be, ends without one.
  void give_up();

 private:
  void ask(StackRequest type, const ByteWriter& payload, Done done);
  bool start();
  void write();
  void listen();
  void hear(const Frame& frame);
  void lose(const std::string& why);
  void watch();
  void fail(Done done, const std::string& why);

  boost::asio::io_context& loop_;
  Launcher& launcher_;
  /// As a socket: writing to a dead process raises no SIGPIPE then.
  boost::asio::local::stream_protocol::socket channel_;
  std::map<uint64_t, Done> pending_;
  std::deque<std::string> unsent_;
  FrameBuffer replies_;
  std::array<char, 64 * 1024> bytes_;
  boost::asio::steady_timer watch_;
  int64_t silent_ms_ = 0;  ///< since its last answer, or since it was asked first
  uint64_t last_id_ = 0;
  int starts_ = 0;
  bool is_writing_ = false;
  bool has_given_up_ = false;
  /// Handlers that outlive this find it false.
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);
};

}  // namespace e2e::host
