#include "base/port_lease.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <e2e_catch.hpp>
#include <set>
#include <vector>

using namespace e2e::host;

namespace {

/// Listens on any address of a port until it goes.
UniqueFd listener_on(uint16_t port, bool is_ipv6 = false) {
  UniqueFd socket(::socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 any6{};
  any6.sin6_family = AF_INET6;
  any6.sin6_port = htons(port);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  const auto* address =
      is_ipv6 ? reinterpret_cast<const sockaddr*>(&any6) : reinterpret_cast<const sockaddr*>(&any);
  const auto size = static_cast<socklen_t>(is_ipv6 ? sizeof any6 : sizeof any);
  const bool listens = socket && ::bind(socket.get(), address, size) == 0 && ::listen(socket.get(), 8) == 0;
  if (!listens) socket.reset();
  return socket;
}

}  // namespace

TEST_CASE("LeasedPortIsNotLeasedAgainUntilItIsGivenBack") {
  auto lease = PortLease::take();
  REQUIRE(lease);
  const uint16_t port = lease->port();
  CHECK_FALSE(PortLease::take(port));
  lease.reset();
  CHECK(PortLease::take(port));
}

TEST_CASE("LeasedPortIsFreeForItsHolder") {
  const auto lease = PortLease::take();
  REQUIRE(lease);
  CHECK(listener_on(lease->port()));
}

TEST_CASE("PortSomebodyListensOnIsNotLeased") {
  for (const bool is_ipv6 : {false, true}) {
    uint16_t port = 0;
    UniqueFd listener;
    {
      const auto lease = PortLease::take();
      REQUIRE(lease);
      port = lease->port();
      listener = listener_on(port, is_ipv6);
    }
    if (!listener && is_ipv6) continue;  // a machine without IPv6
    REQUIRE(listener);
    INFO(is_ipv6);
    CHECK_FALSE(PortLease::take(port));
    listener.reset();
    CHECK(PortLease::take(port));
  }
}

TEST_CASE("ProcessesThatLeaseAtOnceGetDifferentPortsAndDeathGivesThemBack") {
  constexpr int processes = 8, leases_each = 20;
  FdPair told = make_pipe();
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      std::vector<PortLease> leases;
      for (int n = 0; n < leases_each; ++n)
        if (auto lease = PortLease::take()) leases.push_back(std::move(*lease));
      for (const auto& lease : leases) {
        const uint16_t port = lease.port();
        write_all(told.second.get(), &port, sizeof port);
      }
      for (;;) ::pause();
    }
    children.push_back(child);
  }
  told.second.reset();
  std::set<uint16_t> ports;
  for (int n = 0; n < processes * leases_each; ++n) {
    uint16_t port = 0;
    REQUIRE(::read(told.first.get(), &port, sizeof port) == sizeof port);
    ports.insert(port);
  }
  CHECK(ports.size() == processes * leases_each);
  for (const uint16_t port : ports) CHECK_FALSE(PortLease::take(port));
  for (const pid_t child : children) ::kill(child, SIGKILL);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  for (const uint16_t port : ports) CHECK(PortLease::take(port));
}
