#include "e2e/config.hpp"

#include "document.hpp"
#include "e2e/context.hpp"
#include "frame.hpp"
#include "instance.hpp"

namespace e2e {

namespace {

/// The host's table; the test fails where the host has none.
const e2e_config_v1& table_of(const detail::HostApi& api, const char* what, Location where) {
  if (!api.config) {
    fail(std::string(what) + " needs " E2E_EXT_CONFIG ", which the host (" +
             detail::to_string(api.host->name) + " " + detail::to_string(api.host->version) +
             ") does not offer: update it",
         where);
  }
  return *api.config;
}

}  // namespace

Json config(Location where) {
  detail::Frame& frame = detail::required_frame("e2e::config()");
  const detail::HostApi& api = frame.instance.api();
  const e2e_config_v1& table = table_of(api, "e2e::config()", where);
  std::string error;
  detail::Document* document = frame.instance.settings(table, error);
  if (!document) fail("the settings that the host gave are not JSON: " + error, where);
  return document->wrap(document->root(), "", where);
}

ServiceUnderTest service_under_test() {
  const detail::HostApi& api = detail::required_frame("e2e::service_under_test()").instance.api();
  const e2e_config_v1& table = table_of(api, "e2e::service_under_test()", Location::here());
  return {detail::to_string(table.service(api.host)), detail::to_string(table.base_url(api.host)),
          detail::to_string(table.health_endpoint(api.host)), detail::to_string(table.environment(api.host))};
}

}  // namespace e2e
