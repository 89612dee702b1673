// The four services, by name.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace demo {

/// In the order of their default ports.
enum class Service { auth, users, orders, payments };

inline constexpr std::array<Service, 4> all_services = {Service::auth, Service::users, Service::orders,
                                                        Service::payments};

/// `auth`, `users`, ...
[[nodiscard]] constexpr std::string_view name_of(Service service) {
  constexpr std::array<std::string_view, 4> names = {"auth", "users", "orders", "payments"};
  return names[static_cast<std::size_t>(service)];
}

}  // namespace demo
