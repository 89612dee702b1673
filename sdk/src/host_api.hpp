#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "e2e/abi.h"
#include "e2e/ext/config.h"
#include "e2e/ext/http.h"
#include "e2e/ext/json.h"
#include "e2e/ext/lease.h"
#include "e2e/ext/page.h"
#include "e2e/ext/rate.h"
#include "e2e/ext/report.h"
#include "e2e/ext/secret.h"
#include "e2e/ext/state.h"
#include "e2e/ext/verify.h"
#include "e2e/ext/websocket.h"
#include "e2e/ext/yaml.h"

namespace e2e::detail {

/// The host and those of its tables that the SDK needs. Lives as long as the instance.
struct HostApi {
  const e2e_host* host = nullptr;
  const e2e_page_v1* page = nullptr;
  const e2e_report_v1* report = nullptr;
  const e2e_state_v1* state = nullptr;
  const e2e_json_v1* json = nullptr;
  const e2e_rate_v1* rate = nullptr;            ///< null: the host is older than it
  const e2e_config_v1* config = nullptr;        ///< null: this host has none
  const e2e_verify_v1* verify = nullptr;        ///< null: the host is older than it
  const e2e_http_v1* http = nullptr;            ///< null: the host is older than it
  const e2e_secret_v1* secret = nullptr;        ///< null: the host is older than it
  const e2e_websocket_v1* websocket = nullptr;  ///< null: the host is older than it
  const e2e_lease_v1* lease = nullptr;          ///< null: the host is older than it
  const e2e_yaml_v1* yaml = nullptr;            ///< null: the host is older than it

  /// Fetches the tables. Empty, or what this host lacks, as a sentence.
  std::string connect(const e2e_host* from);
};

inline e2e_str to_str(std::string_view text) {
  return {text.data(), static_cast<std::uint64_t>(text.size())};
}
inline std::string_view to_view(e2e_str text) {
  return text.ptr ? std::string_view(text.ptr, static_cast<std::size_t>(text.len)) : std::string_view();
}
inline std::string to_string(e2e_str text) { return std::string(to_view(text)); }

}  // namespace e2e::detail
