#include "page/http_extension.hpp"

#include <string>

#include "page/abi_text.hpp"
#include "page/cookie_jar.hpp"
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

constexpr uint64_t max_cookie_bytes = 1 << 20;

e2e_str cookies(const e2e_host*, e2e_page* page) noexcept {
  thread_local std::string kept;
  if (page == nullptr) return {};
  try {
    kept = Page::from(page)->cookies().lines();
    return to_abi(kept);
  } catch (...) {
    return {};
  }
}

e2e_rc add_cookies(const e2e_host*, e2e_page* page, e2e_str lines) noexcept {
  const auto given = from_abi(lines);
  if (page == nullptr || !given || given->size() > max_cookie_bytes) return E2E_ERROR;
  try {
    Page::from(page)->cookies().add(*given);
    return E2E_PASS;
  } catch (...) {
    return E2E_ERROR;
  }
}

void clear_cookies(const e2e_host*, e2e_page* page) noexcept {
  if (page == nullptr) return;
  try {
    Page::from(page)->cookies().clear();
  } catch (...) {
    // Without memory for it they stay; so does the next request.
  }
}

constexpr e2e_http_v1 http_functions = {sizeof(e2e_http_v1), 0, send, set_option, fact, cookies, add_cookies,
                                        clear_cookies};

}  // namespace

const e2e_http_v1& http_extension() noexcept { return http_functions; }

}  // namespace e2e::host
