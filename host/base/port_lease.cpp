#include "base/port_lease.hpp"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace e2e::host {
namespace {

/// Above the ports of well-known services, below the kernel's default range for outgoing connections: one of
/// these could take a port between its lease and the service's bind().
constexpr uint32_t first_port = 20000;
constexpr uint32_t fewest_ports = 1000;

/// One behind the last port to lease.
uint32_t end_of_ports() {
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
  uint32_t first_of_kernel = 0;
  if (range >> first_of_kernel && first_of_kernel >= first_port + fewest_ports && first_of_kernel <= 65535)
    return first_of_kernel;
  return 65536;
}

UniqueFd take_name(uint16_t port) {
  UniqueFd name(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!name) return name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = "e2e-host/port/" + std::to_string(port);
  std::memcpy(address.sun_path + 1, text.data(), text.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(name.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) name.reset();
  return name;
}

template <typename Address>
bool can_bind(int family, const Address& address) {
  const UniqueFd probe(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A machine without IPv6 has nobody there either.
  if (!probe) return family == AF_INET6;
  const int only = 1;
  if (family == AF_INET6) ::setsockopt(probe.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  // Without SO_REUSEADDR: a service that does not set it either must not trip over an old connection.
  if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  return family == AF_INET6 && errno == EADDRNOTAVAIL;
}

bool is_free(uint16_t port) {
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  sockaddr_in6 any6{};
  any6.sin6_family = AF_INET6;
  any6.sin6_port = htons(port);
  return can_bind(AF_INET, any) && can_bind(AF_INET6, any6);
}

}  // namespace

std::optional<PortLease> PortLease::take(uint16_t port) {
  UniqueFd name = take_name(port);
  if (!name || !is_free(port)) return std::nullopt;
  return PortLease(port, std::move(name));
}

std::optional<PortLease> PortLease::take() {
  const uint32_t count = end_of_ports() - first_port;
  uint32_t start = 0;
  // Runs that begin at once look in different places.
  if (::getrandom(&start, sizeof start, 0) != sizeof start) start = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const auto port = static_cast<uint16_t>(first_port + (uint64_t{start} + i) % count);
    if (auto lease = take(port)) return lease;
  }
  return std::nullopt;
}

}  // namespace e2e::host
