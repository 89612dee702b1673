#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <deque>
#include <memory>
#include <string>

#include "base/frame.hpp"
#include "base/unique_fd.hpp"
#include "launcher/kept_service.hpp"
#include "worker/run_identity.hpp"

namespace e2e::host {

/// The run's managed services, as the keeper has them: starts and ends them as the host asks, and tells it
/// how they fare. On the keeper's loop, which is the only thread.
class ServiceKeeper : public KeptService::Listener {
 public:
  /// `host` is the keeper's end of the channel; without one there is nothing to do.
  ServiceKeeper(boost::asio::io_context& loop, const RunIdentity& run, UniqueFd host);

  /// Ends all at once, for a keeper that leaves: kills every child and what it left, and waits for that.
  static void kill_all();

 private:
  void read();
  void obey(const Frame& frame);
  void start(ServiceStart order);
  void wait_for_children();
  void reap();
  void tell_if_stopped();
  void send(KeeperReport type, const ByteWriter& payload);

  void on_ready(const ServiceReady& ready) override;
  void on_failed(const ServiceFailure& failure) override;
  void on_exited(const ServiceExit& exit) override;

  boost::asio::io_context& loop_;
  const RunIdentity& run_;
  boost::asio::posix::stream_descriptor host_;
  boost::asio::signal_set children_;
  FrameBuffer requests_;
  std::array<char, 16 * 1024> bytes_;
  SecretValues secrets_;
  std::deque<KeptService> services_;  ///< also those that are over: there are few
  bool is_stopping_ = false;
};

}  // namespace e2e::host
