#include "page/http_extension.hpp"

#include <string>

#include "page/abi_text.hpp"
#include "page/request_reader.hpp"

namespace e2e::host {

namespace {

e2e_rc send(const e2e_host*, e2e_page* page, const e2e_http_request* request,
            e2e_response** response) noexcept {
  return send_read(page, response, [request] { return read_request(request); });
}

e2e_rc set_option(const e2e_host*, e2e_page* page, e2e_str key, e2e_str value, e2e_str* problem) noexcept {
  thread_local std::string kept;
  if (problem != nullptr) *problem = {};
  const auto given_key = from_abi(key);
  const auto given_value = from_abi(value);
  if (page == nullptr || !given_key || !given_value) return E2E_ERROR;
  try {
    Page::from(page)->set_option(*given_key, *given_value);
    return E2E_PASS;
  } catch (const std::exception& refused) {
    try {
      kept = refused.what();
      if (problem != nullptr) *problem = to_abi(kept);
    } catch (...) {
      // Without the reason then.
    }
    return E2E_ERROR;
  }
}

e2e_str fact(const e2e_host*, const e2e_response* response, e2e_str name) noexcept {
  const auto given = from_abi(name);
  return response != nullptr && given ? to_abi(Response::from(response)->fact(*given)) : e2e_str{};
}

constexpr e2e_http_v1 functions = {sizeof(e2e_http_v1), 0, send, set_option, fact};

}  // namespace

const e2e_http_v1& http_extension() noexcept { return functions; }

}  // namespace e2e::host
