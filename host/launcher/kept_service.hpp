#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/port_lease.hpp"
#include "launcher/keeper_wire.hpp"
#include "launcher/ready_probe.hpp"
#include "launcher/service_log.hpp"

namespace e2e::host {

/// One instance of a managed service in the keeper: starts it, waits until it is ready, keeps its log, ends
/// it.
///
///   looking for one to reuse -> looking whether its port is free -> starting -> ready -> ended
///
/// It reports to a listener; on the keeper's loop.
class KeptService {
 public:
  struct Listener {
    virtual ~Listener() = default;
    virtual void on_ready(const ServiceReady& ready) = 0;
    virtual void on_failed(const ServiceFailure& failure) = 0;
    virtual void on_exited(const ServiceExit& exit) = 0;
  };

  /// `run_folder` is the one that the run's services share; `secrets` are left out of the log. All outlive
  /// this.
  KeptService(boost::asio::io_context& loop, Listener& listener, ServiceStart order, std::string run_folder,
              const SecretValues& secrets);
  ~KeptService();
  KeptService(const KeptService&) = delete;
  KeptService& operator=(const KeptService&) = delete;

  /// Begins. on_ready() or on_failed() follows, perhaps at once.
  void start();
  /// Ends it by its signal, after its timeout by SIGKILL. Idempotent.
  void stop();
  /// Ends it by SIGKILL.
  void kill();

  /// Its process; -1: there is none.
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Its process ended, and was reaped.
  void on_exit(int wait_status);
  /// Nothing more will come of it, and nothing of it runs.
  [[nodiscard]] bool is_over() const noexcept { return pid_ < 0 && state_ == State::over; }

 private:
  enum class State : uint8_t { looking, starting, ready, stopping, over };

  void look_for_one();
  void look_at_port();
  void launch();
  void look();
  void look_again(const std::string& why_not);
  void become_ready(bool is_reused);
  void fail(const std::string& why);
  void read_output();
  void drain_output();
  [[nodiscard]] std::string how_to_be_ready() const;
  [[nodiscard]] int64_t age_ns() const;
  std::string expanded(const std::string& text) const;

  boost::asio::io_context& loop_;
  Listener& listener_;
  const ServiceStart order_;
  const std::string run_folder_;
  const SecretValues& secrets_;
  State state_ = State::looking;
  std::optional<PortLease> lease_;
  std::string base_url_, ready_path_, command_;
  std::vector<std::string> words_;
  ServiceAddress address_;
  pid_t pid_ = -1;
  std::unique_ptr<ServiceLog> log_;
  boost::asio::posix::stream_descriptor output_;
  char bytes_[32 * 1024];
  std::shared_ptr<ReadyProbe> probe_;
  boost::asio::steady_timer again_, stop_limit_;
  int64_t start_ns_ = 0;
  int looks_ = 0;
  bool was_asked_ = false;   ///< to stop
  bool has_failed_ = false;  ///< that was told: its end is not
};

}  // namespace e2e::host
