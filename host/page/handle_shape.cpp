#include "page/handle_shape.hpp"

#include "page/url.hpp"

namespace e2e::host {

std::optional<HandleShape> HandleShape::of(const Transfer& transfer, const RequestOptions& options,
                                           bool has_false_length) {
  const std::string_view method = transfer.method;
  if (transfer.source != nullptr) return std::nullopt;
  const Body body = method == "HEAD" ? Body::head : transfer.has_memory_body() ? Body::memory : Body::none;
  const TlsOptions& tls = options.tls;
  return HandleShape{options.http_version,
                     body,
                     options.has_compression,
                     has_https_scheme(transfer.url),
                     is_loopback_host(host_of(transfer.url)),
                     tls.verify,
                     transfer.sink != nullptr,
                     has_false_length,
                     std::string(method),
                     options.proxy,
                     options.unix_socket,
                     tls.ca,
                     tls.certificate,
                     tls.key,
                     tls.key_password};
}

}  // namespace e2e::host
