#include "e2e/transport.hpp"

namespace e2e {

namespace {

RequestOption option(const char* call, const char* key, std::string_view value) {
  return RequestOption(call, std::vector<Field>{{key, value}});
}

const char* truth(bool value) { return value ? "true" : "false"; }

}  // namespace

RequestOption phase_timeouts(const PhaseTimeouts& timeouts) {
  return RequestOption("e2e::phase_timeouts()",
                       std::vector<Field>{{"connect_timeout", timeouts.connect_ms},
                                          {"first_byte_timeout", timeouts.first_byte_ms},
                                          {"idle_timeout", timeouts.idle_ms}});
}

RequestOption tls(const TlsConfig& config) {
  return RequestOption("e2e::tls()", std::vector<Field>{{"tls_ca", config.ca},
                                                        {"tls_certificate", config.certificate},
                                                        {"tls_key", config.key},
                                                        {"tls_key_password", config.key_password},
                                                        {"tls_verify", truth(config.verify)}});
}

RequestOption http_version(std::string_view version) {
  return option("e2e::http_version()", "http_version", version);
}
RequestOption compressed(bool is_asked_for) {
  return option("e2e::compressed()", "compression", truth(is_asked_for));
}
RequestOption proxy(std::string_view url) { return option("e2e::proxy()", "proxy", url); }
RequestOption unix_socket(std::string_view path) { return option("e2e::unix_socket()", "unix_socket", path); }
RequestOption base(std::string_view name) { return option("e2e::base()", "base", name); }
RequestOption base_path(std::string_view path) { return option("e2e::base_path()", "base_path", path); }
RequestOption max_body(std::int64_t bytes) {
  return RequestOption("e2e::max_body()", std::vector<Field>{{"max_body", bytes}});
}
RequestOption traceparent(bool is_sent) {
  return option("e2e::traceparent()", "traceparent", truth(is_sent));
}

}  // namespace e2e
