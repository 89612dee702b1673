#include "page/page_extension.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "page/abi_text.hpp"
#include "page/json_document.hpp"
#include "page/json_extension.hpp"
#include "page/page.hpp"
#include "page/response.hpp"

namespace e2e::host {

namespace {

/// What the first version of the struct had; a later host still takes it.
constexpr uint32_t min_request_size = offsetof(e2e_request, timeout_ms) + sizeof(e2e_request::timeout_ms);
constexpr uint64_t max_request_headers = 1000;
constexpr uint64_t max_query_parameters = 10'000;

std::string_view required(e2e_str text, std::string_view what) {
  const auto given = from_abi(text);
  if (!given) throw RequestRefused(fmt::format("the request's {} has a length but no pointer", what));
  return *given;
}

/// Reads an array of pairs as a vector of `Pair`.
template <typename Pair>
std::vector<Pair> read_pairs(const e2e_kv* pairs, uint64_t count, uint64_t max_count, std::string_view what) {
  if (count > 0 && pairs == nullptr) {
    throw RequestRefused(fmt::format("the request has {} {}s but no pointer to them", count, what));
  }
  if (count > max_count) {
    throw RequestRefused(fmt::format("the request has {} {}s, more than {}", count, what, max_count));
  }
  std::vector<Pair> read;
  read.reserve(count);
  for (uint64_t i = 0; i < count; ++i)
    read.push_back({required(pairs[i].key, what), required(pairs[i].value, what)});
  return read;
}

Request read_request(const e2e_request* request) {
  if (request == nullptr) throw RequestRefused("the request is a null pointer");
  if (request->struct_size < min_request_size) {
    throw RequestRefused(fmt::format("the request's struct_size is {}, less than {}: was it left out?",
                                     request->struct_size, min_request_size));
  }
  if (request->flags != 0) {
    throw RequestRefused(
        fmt::format("the request has flags this host does not know: 0x{:x}", request->flags));
  }
  Request read;
  read.method = required(request->method, "method");
  read.target = required(request->target, "target");
  read.headers =
      read_pairs<HeaderField>(request->headers, request->header_count, max_request_headers, "header");
  read.query = read_pairs<QueryParameter>(request->query, request->query_count, max_query_parameters,
                                          "query parameter");
  read.body = required(request->body, "body");
  read.timeout_ms = request->timeout_ms;
  return read;
}

e2e_rc send(const e2e_host*, e2e_page* page, const e2e_request* request, e2e_response** response) noexcept {
  if (response != nullptr) *response = nullptr;
  if (page == nullptr || response == nullptr) return E2E_ERROR;
  try {
    Page& self = *Page::from(page);
    Response* result = nullptr;
    try {
      result = self.request(read_request(request));
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

const e2e_json* json(const e2e_host*, e2e_response* response, e2e_str* error) noexcept {
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

constexpr e2e_page_v1 functions = {
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
    json,
    service,
    base_url,
    health_endpoint,
    serial,
    set_default_header,
    set_default_timeout,
};

}  // namespace

const e2e_page_v1& page_extension() noexcept { return functions; }

}  // namespace e2e::host
