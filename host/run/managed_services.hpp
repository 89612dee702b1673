#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/frame.hpp"
#include "base/secret_values.hpp"
#include "events/event_stream.hpp"
#include "launcher/keeper_wire.hpp"
#include "launcher/launcher.hpp"
#include "run/outcome_book.hpp"
#include "run/run_plan.hpp"

namespace e2e::host {

/// The host's side of the managed services that a run's tests need: has the keeper start and end them, makes
/// events of how they fare, and knows what is to be said at a test that failed while one was down. On the
/// event loop's thread.
class ManagedServices {
 public:
  /// All outlive this.
  ManagedServices(boost::asio::io_context& loop, Launcher& launcher, const RunPlan& plan, EventStream& events,
                  OutcomeBook& outcomes);
  ~ManagedServices();

  /// No log, message or event of a service shows this value from now on.
  void add_secret(std::string_view value);
  /// Starts those that all workers share, at once.
  void start_shared();
  /// Some of those are neither ready nor have failed.
  [[nodiscard]] bool are_shared_starting() const;
  /// Why no more tests can be run, in a few words: "service users did not start"; empty: they can. Told as
  /// trouble already.
  [[nodiscard]] const std::string& reason_to_stop() const noexcept { return reason_to_stop_; }

  /// Whether a slot can run tests of the plan's service: it is not managed, or has come up. Starts the slot's
  /// own instance the first time it is asked for.
  bool is_ready_for(uint32_t service, uint32_t slot);
  /// What a worker needs to know: fills in the port and the folder.
  void complete(ServiceOrder& order, uint32_t service, uint32_t slot) const;
  /// Notes at an attempt that ended badly that its service was down, or had died in it.
  void explain(AttemptFinished& finished, uint32_t service);

  /// Ends all, each by its stop signal; are_stopped() comes true.
  void stop();
  /// The same by SIGKILL.
  void kill();
  [[nodiscard]] bool are_stopped() const noexcept { return is_lost_ || is_stopped_; }

 private:
  enum class State : uint8_t { starting, ready, over };
  struct Instance {
    uint32_t number;
    std::string service;
    int32_t slot;  ///< -1: all workers share it
    State state = State::starting;
    ServiceReady ready = {};
    std::string log = {};
    std::string death = {};  ///< how it ended, where nobody had asked it to; else empty
    int64_t death_ns = 0;    ///< monotonic
  };

  void start(const RunPlan::Service& service, int32_t slot);
  Instance* find(std::string_view service, uint32_t slot);
  [[nodiscard]] const Instance* find(std::string_view service, uint32_t slot) const;
  void read();
  void hear(std::string_view bytes);
  void on_ready(const ServiceReady& ready);
  void on_failed(const ServiceFailure& failure);
  void on_exited(const ServiceExit& exit);
  void on_lost();
  void die(Instance& instance, const std::string& ending, const ServiceExit& exit);
  /// Hears of a death that has happened, but not been told yet: a test may see it sooner.
  void catch_up(const Instance& instance);
  void send(KeeperRequest type, const ByteWriter& payload);

  const RunPlan& plan_;
  const std::string run_folder_;
  EventStream& events_;
  OutcomeBook& outcomes_;
  SecretValues secrets_;
  boost::asio::posix::stream_descriptor keeper_;
  FrameBuffer reports_;
  std::array<char, 16 * 1024> bytes_;
  std::deque<Instance> instances_;
  std::string reason_to_stop_;
  bool is_stopping_ = false, is_stopped_ = true, is_lost_ = false;
};

}  // namespace e2e::host
