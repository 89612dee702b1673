#pragma once

#include <optional>
#include <string>

#include "page/transfer.hpp"

namespace e2e::host {

/// What a handle has been told for a transfer that holds for the next one, too, if that is of the same shape.
/// A handle that is reset and told all anew for each request costs a tenth of one over loopback.
struct HandleShape {
  enum class Body : uint8_t { none, memory, head };

  HttpVersion http_version;
  Body body;
  bool has_compression, is_https, is_loopback, verifies, has_sink, has_false_length;
  std::string method, proxy, unix_socket, ca, certificate, key, key_password;

  bool operator==(const HandleShape&) const = default;

  /// Nothing: no other transfer is like it.
  [[nodiscard]] static std::optional<HandleShape> of(const Transfer& transfer, const RequestOptions& options,
                                                     bool has_false_length);
};

}  // namespace e2e::host
