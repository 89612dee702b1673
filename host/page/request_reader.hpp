#pragma once

#include <e2e/ext/http.h>

#include "page/page.hpp"
#include "page/request.hpp"
#include "page/response.hpp"

namespace e2e::host {

/// What a plugin asks for, borrowed from its struct. Throws RequestRefused where that is no request.
[[nodiscard]] Request read_request(const e2e_request* request);
[[nodiscard]] Request read_request(const e2e_http_request* request);

/// Sends what `read()` returns, which may throw RequestRefused, as e2e_page_v1::request says.
template <typename Read>
e2e_rc send_read(e2e_page* page, e2e_response** response, Read read) noexcept {
  if (response != nullptr) *response = nullptr;
  if (page == nullptr || response == nullptr) return E2E_ERROR;
  try {
    Page& self = *Page::from(page);
    Response* result = nullptr;
    try {
      result = self.request(read());
    } catch (const RequestRefused& refused) {
      result = self.refuse({}, refused.what());
    }
    if (result == nullptr) return E2E_CANCELLED;
    *response = result->handle();
    return result->error().empty() ? E2E_PASS : E2E_ERROR;
  } catch (...) {
    return E2E_ERROR;
  }
}

}  // namespace e2e::host
