#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// A TCP port that no other lease on this machine has, of any run and any user, and that nobody listened on
/// when it was taken. The lease is a socket in the abstract namespace, named after the port: as ports are,
/// such names are the network namespace's, and the kernel gives them back on any death of who holds them.
/// https://man7.org/linux/man-pages/man7/unix.7.html
class PortLease {
 public:
  /// Takes one that is free for IPv4 and IPv6, below the ports that the kernel gives to outgoing connections
  /// where there are such. nullopt: there is none.
  static std::optional<PortLease> take();
  /// That port, unless somebody has it leased or uses it.
  static std::optional<PortLease> take(uint16_t port);

  [[nodiscard]] uint16_t port() const noexcept { return port_; }

 private:
  PortLease(uint16_t port, UniqueFd name) noexcept : port_(port), name_(std::move(name)) {}

  uint16_t port_;
  UniqueFd name_;  ///< close-on-exec: what the holder starts does not hold it
};

}  // namespace e2e::host
