#include "http_options.hpp"

#include "e2e/context.hpp"

namespace e2e::detail {

const e2e_http_v1& required_http(const HostApi& api, const char* what, Location where) {
  if (api.http) return *api.http;
  fail("the host (" + to_string(api.host->name) + " " + to_string(api.host->version) +
           ") does not offer " E2E_EXT_HTTP ", which " + what + " needs: update it",
       where);
}

}  // namespace e2e::detail
