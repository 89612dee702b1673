#include "http_options.hpp"

#include <exception>

#include "e2e/context.hpp"

namespace e2e::detail {

namespace {

/// What the host calls while a request is under way. No exception crosses: it is kept till the request is
/// over.
struct Streams {
  StreamSource* source;
  StreamSink* sink;
  std::exception_ptr thrown;
};

std::int64_t give(void* context, char* buffer, std::uint64_t size) noexcept {
  auto& streams = *static_cast<Streams*>(context);
  try {
    return static_cast<std::int64_t>(streams.source->read(buffer, static_cast<std::size_t>(size)));
  } catch (...) {
    streams.thrown = std::current_exception();
    return -1;
  }
}

e2e_rc take(void* context, e2e_str bytes) noexcept {
  auto& streams = *static_cast<Streams*>(context);
  try {
    streams.sink->write(to_view(bytes));
    return E2E_PASS;
  } catch (...) {
    streams.thrown = std::current_exception();
    return E2E_ERROR;
  }
}

}  // namespace

const e2e_http_v1& required_http(const HostApi& api, const char* what, Location where) {
  if (api.http) return *api.http;
  fail("the host (" + to_string(api.host->name) + " " + to_string(api.host->version) +
           ") does not offer " E2E_EXT_HTTP ", which " + what + " needs: update it",
       where);
}

e2e_rc ask_http(const HostApi& api, const e2e_http_v1& http, e2e_page* page, const e2e_request& request,
                const RequestSpec& spec, e2e_response*& handle) {
  std::vector<e2e_kv> options;
  for (const Field& option : spec.options) options.push_back({to_str(option.name), to_str(option.value)});
  std::vector<e2e_part> parts;
  for (const PartSpec& part : spec.parts) {
    parts.push_back({sizeof(e2e_part), 0, to_str(part.name), to_str(part.file_name),
                     to_str(part.content_type), to_str(part.bytes), to_str(part.path)});
  }
  std::vector<const e2e_part*> pointers;
  for (const e2e_part& part : parts) pointers.push_back(&part);
  Streams streams{spec.source, spec.sink, nullptr};

  e2e_http_request extended{};
  extended.struct_size = sizeof(extended);
  extended.request = &request;
  extended.options = options.data();
  extended.option_count = options.size();
  extended.parts = pointers.data();
  extended.part_count = pointers.size();
  extended.body_file = to_str(spec.body_file);
  extended.read = spec.source ? &give : nullptr;
  extended.read_context = &streams;
  extended.read_size = spec.source_size;
  extended.write = spec.sink ? &take : nullptr;
  extended.write_context = &streams;
  const e2e_rc rc = http.request(api.host, page, &extended, &handle);
  if (streams.thrown) {
    api.page->release(api.host, handle);
    handle = nullptr;
    std::rethrow_exception(streams.thrown);
  }
  return rc;
}

}  // namespace e2e::detail
