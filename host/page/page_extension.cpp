#include "page/page_extension.hpp"

#include <algorithm>
#include <cstring>

#include "page/abi_text.hpp"
#include "page/json_document.hpp"
#include "page/json_extension.hpp"
#include "page/page.hpp"
#include "page/request_reader.hpp"
#include "page/response.hpp"

namespace e2e::host {

namespace {

e2e_rc send(const e2e_host*, e2e_page* page, const e2e_request* request, e2e_response** response) noexcept {
  return send_read(page, response, [request] { return read_request(request); });
}

void release(const e2e_host*, e2e_response* response) noexcept {
  if (response != nullptr) Page::release(*Response::from(response));
}

int32_t status(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? Response::from(response)->status() : 0;
}

e2e_str error(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? to_abi(Response::from(response)->error()) : e2e_str{};
}

e2e_str method(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? to_abi(Response::from(response)->method()) : e2e_str{};
}

e2e_str url(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? to_abi(Response::from(response)->url()) : e2e_str{};
}

e2e_str body(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? to_abi(Response::from(response)->body()) : e2e_str{};
}

uint64_t header_count(const e2e_host*, const e2e_response* response) noexcept {
  return response != nullptr ? Response::from(response)->headers().size() : 0;
}

e2e_kv header_at(const e2e_host*, const e2e_response* response, uint64_t index) noexcept {
  if (response == nullptr || index >= Response::from(response)->headers().size()) return {};
  const HeaderField header = Response::from(response)->headers().at(index);
  return {to_abi(header.name), to_abi(header.value)};
}

void timings(const e2e_host*, const e2e_response* response, e2e_timings* timings) noexcept {
  if (response == nullptr || timings == nullptr) return;
  const Timings& taken = Response::from(response)->timings();
  const uint32_t size = timings->struct_size;
  const e2e_timings all = {size,
                           0,
                           taken.blocked_ns,
                           taken.dns_ns,
                           taken.connect_ns,
                           taken.tls_ns,
                           taken.send_ns,
                           taken.wait_ns,
                           taken.receive_ns,
                           taken.total_ns};
  // Whole fields only: each is 8 bytes, the two at the start together.
  std::memcpy(timings, &all, std::min<size_t>(size, sizeof all) / 8 * 8);
}

const e2e_json* response_json(const e2e_host*, e2e_response* response, e2e_str* error) noexcept {
  if (error != nullptr) *error = {};
  if (response == nullptr) return nullptr;
  Response& self = *Response::from(response);
  try {
    const JsonValue* const value = self.json();
    if (value == nullptr && error != nullptr) *error = to_abi(self.json_error());
    return to_handle(value);
  } catch (...) {
    if (error != nullptr) *error = to_abi("not enough memory to parse the body");
    return nullptr;
  }
}

e2e_str service(const e2e_host*, const e2e_page* page) noexcept {
  return page != nullptr ? to_abi(Page::from(page)->settings().service) : e2e_str{};
}

e2e_str base_url(const e2e_host*, const e2e_page* page) noexcept {
  return page != nullptr ? to_abi(Page::from(page)->settings().base_url) : e2e_str{};
}

e2e_str health_endpoint(const e2e_host*, const e2e_page* page) noexcept {
  return page != nullptr ? to_abi(Page::from(page)->settings().health_endpoint) : e2e_str{};
}

uint64_t serial(const e2e_host*, const e2e_page* page) noexcept {
  return page != nullptr ? Page::from(page)->serial() : 0;
}

void set_default_header(const e2e_host*, e2e_page* page, e2e_str name, e2e_str value) noexcept {
  const auto given_name = from_abi(name);
  const auto given_value = from_abi(value);
  if (page == nullptr || !given_name || !given_value) return;
  try {
    Page::from(page)->set_default_header(*given_name, *given_value);
  } catch (...) {
    // Only memory can have run out: the next request will say so.
  }
}

void set_default_timeout(const e2e_host*, e2e_page* page, int64_t timeout_ms) noexcept {
  if (page != nullptr) Page::from(page)->set_default_timeout(timeout_ms);
}

constexpr e2e_page_v1 page_functions = {
    sizeof(e2e_page_v1),
    0,
    send,
    release,
    status,
    error,
    method,
    url,
    body,
    header_count,
    header_at,
    timings,
    response_json,
    service,
    base_url,
    health_endpoint,
    serial,
    set_default_header,
    set_default_timeout,
};

}  // namespace

const e2e_page_v1& page_extension() noexcept { return page_functions; }

}  // namespace e2e::host
