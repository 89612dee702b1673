#include "host_api.hpp"

namespace e2e::detail {

std::string HostApi::connect(const e2e_host* from) {
  if (!from || !E2E_HAS(from, e2e_host, get_extension)) return "the host offers no extensions";
  if (from->abi_major != E2E_ABI_MAJOR) {
    return "the host speaks ABI " + std::to_string(from->abi_major) + ", this plugin ABI " +
           std::to_string(E2E_ABI_MAJOR) + ": rebuild the plugin, or use a host of that ABI";
  }
  host = from;
  page = static_cast<const e2e_page_v1*>(from->get_extension(from, E2E_EXT_PAGE));
  report = static_cast<const e2e_report_v1*>(from->get_extension(from, E2E_EXT_REPORT));
  state = static_cast<const e2e_state_v1*>(from->get_extension(from, E2E_EXT_STATE));
  json = static_cast<const e2e_json_v1*>(from->get_extension(from, E2E_EXT_JSON));
  rate = static_cast<const e2e_rate_v1*>(from->get_extension(from, E2E_EXT_RATE));
  if (!E2E_HAS(rate, e2e_rate_v1, set_limit)) rate = nullptr;
  config = static_cast<const e2e_config_v1*>(from->get_extension(from, E2E_EXT_CONFIG));
  if (!E2E_HAS(config, e2e_config_v1, reject)) config = nullptr;
  verify = static_cast<const e2e_verify_v1*>(from->get_extension(from, E2E_EXT_VERIFY));
  if (!E2E_HAS(verify, e2e_verify_v1, sha256)) verify = nullptr;

  http = static_cast<const e2e_http_v1*>(from->get_extension(from, E2E_EXT_HTTP));
  if (!E2E_HAS(http, e2e_http_v1, clear_cookies)) http = nullptr;

  secret = static_cast<const e2e_secret_v1*>(from->get_extension(from, E2E_EXT_SECRET));
  if (!E2E_HAS(secret, e2e_secret_v1, add)) secret = nullptr;

  websocket = static_cast<const e2e_websocket_v1*>(from->get_extension(from, E2E_EXT_WEBSOCKET));
  if (!E2E_HAS(websocket, e2e_websocket_v1, release)) websocket = nullptr;

  lease = static_cast<const e2e_lease_v1*>(from->get_extension(from, E2E_EXT_LEASE));
  if (!E2E_HAS(lease, e2e_lease_v1, port)) lease = nullptr;
  yaml = static_cast<const e2e_yaml_v1*>(from->get_extension(from, E2E_EXT_YAML));
  if (!E2E_HAS(yaml, e2e_yaml_v1, to_json)) yaml = nullptr;

  // The last function that each table had when its id was made: a shorter table is not that extension.
  const char* missing = nullptr;
  if (!E2E_HAS(page, e2e_page_v1, set_default_timeout)) missing = E2E_EXT_PAGE;
  if (!E2E_HAS(report, e2e_report_v1, note)) missing = E2E_EXT_REPORT;
  if (!E2E_HAS(state, e2e_state_v1, once_end)) missing = E2E_EXT_STATE;
  if (!E2E_HAS(json, e2e_json_v1, dump)) missing = E2E_EXT_JSON;
  if (!missing) return "";
  return std::string("this plugin needs ") + missing + ", which the host (" + to_string(from->name) + " " +
         to_string(from->version) + ") does not offer: update it";
}

}  // namespace e2e::detail
