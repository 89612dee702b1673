#include "page/request_reader.hpp"

#include <fmt/format.h>

#include "page/abi_text.hpp"

namespace e2e::host {

namespace {

/// What the first version of the struct had; a later host still takes it.
constexpr uint32_t min_request_size = offsetof(e2e_request, timeout_ms) + sizeof(e2e_request::timeout_ms);
constexpr uint32_t min_http_request_size =
    offsetof(e2e_http_request, option_count) + sizeof(e2e_http_request::option_count);
constexpr uint64_t max_options = 1000;
constexpr uint64_t max_parts = 1000;
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

bool knows_bodies(const e2e_http_request& request) {
  return request.struct_size >= offsetof(e2e_http_request, write_context) + sizeof(request.write_context);
}

RequestPart read_part(const e2e_part* part) {
  if (part == nullptr || part->struct_size < offsetof(e2e_part, path) + sizeof(part->path))
    throw RequestRefused("a part of the request is null, or its struct_size too small");
  return {required(part->name, "part's name"), required(part->file_name, "part's file name"),
          required(part->content_type, "part's content type"), required(part->bytes, "part"),
          required(part->path, "part's path")};
}

void read_bodies(const e2e_http_request& request, Request& read) {
  if (request.part_count > 0 && request.parts == nullptr)
    throw RequestRefused("the request has parts but no pointer to them");
  if (request.part_count > max_parts)
    throw RequestRefused(
        fmt::format("the request has {} parts, more than {}", request.part_count, max_parts));
  for (uint64_t i = 0; i < request.part_count; ++i) read.parts.push_back(read_part(request.parts[i]));
  read.body_file = required(request.body_file, "body's path");
  if (request.read != nullptr) {
    read.body_function = [give = request.read, context = request.read_context](char* buffer, size_t size) {
      return give(context, buffer, size);
    };
    read.body_function_size = request.read_size < 0 ? -1 : request.read_size;
  }
  if (request.write != nullptr) {
    read.answer_function = [take = request.write, context = request.write_context](std::string_view bytes) {
      return take(context, to_abi(bytes)) == E2E_PASS;
    };
  }
}

}  // namespace

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

Request read_request(const e2e_http_request* request) {
  if (request == nullptr) throw RequestRefused("the request is a null pointer");
  if (request->struct_size < min_http_request_size) {
    throw RequestRefused(fmt::format("the request's struct_size is {}, less than {}: was it left out?",
                                     request->struct_size, min_http_request_size));
  }
  if (request->flags != 0) {
    throw RequestRefused(
        fmt::format("the request has flags this host does not know: 0x{:x}", request->flags));
  }
  Request read = read_request(request->request);
  read.options = read_pairs<std::pair<std::string_view, std::string_view>>(
      request->options, request->option_count, max_options, "option");
  if (knows_bodies(*request)) read_bodies(*request, read);
  return read;
}

}  // namespace e2e::host
