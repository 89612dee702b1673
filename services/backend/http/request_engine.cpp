#include "http/request_engine.hpp"

#include <string>

#include "http/json_response.hpp"

namespace demo {
namespace {

// The stream whose request this thread is serving: cpp-httplib's callbacks don't say.
thread_local ClientStream* current_stream = nullptr;

void write_to(httplib::Response& to, Response&& response) {
  to.status = response.status;
  for (const auto& [name, value] : response.headers) to.set_header(name, value);
  if (!response.body.empty()) to.set_content(response.body, "application/json");
}

bool may_have_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

// The rest of the connection can't be told from this request's body.
void close_after(httplib::Request& request) {
  request.headers.erase("Connection");
  request.set_header("Connection", "close");
  current_stream->give_up();
}

void prepare(httplib::Request& request) {
  const bool has_length = request.has_header("Content-Length");
  const bool has_body = has_length || request.has_header("Transfer-Encoding");
  // cpp-httplib would read a body of unstated length until the client closes.
  if (may_have_body(request.method) && !has_body) request.set_header("Content-Length", "0");
  if (!may_have_body(request.method) && has_body && request.get_header_value("Content-Length") != "0")
    close_after(request);
  // Compressing costs more than it saves on loopback, and part of a JSON document is no use to anyone.
  request.headers.erase("Accept-Encoding");
  request.ranges.clear();
}

Response protocol_error(int status) {
  switch (status) {
    case 413:
      return error_response(413, "payload_too_large", "the body is larger than 1 MiB");
    case 414:
      return error_response(414, "uri_too_long", "the request's target is longer than 8192 bytes");
    case 415:
      return error_response(415, "unsupported_media_type", "the body is not JSON");
    case 416:
      return error_response(416, "invalid_range", "the Range header is malformed");
    default:
      return error_response(400, "bad_request", "this is not a well-formed HTTP request");
  }
}

}  // namespace

RequestEngine::RequestEngine(demo::Handler handler) : handler_(std::move(handler)) {
  set_keep_alive_timeout(keep_alive_timeout.count());
  set_keep_alive_max_count(keep_alive_max_requests);
  set_payload_max_length(max_body_bytes);

  set_pre_routing_handler([this](const httplib::Request& from, httplib::Response& to) {
    if (may_have_body(from.method)) return HandlerResponse::Unhandled;
    answer(from, to, {});
    return HandlerResponse::Handled;
  });
  const HandlerWithContentReader with_body = [this](const httplib::Request& from, httplib::Response& to,
                                                    const httplib::ContentReader& reader) {
    answer_with_body(from, to, reader);
  };
  const std::string any_path = R"([\s\S]*)";
  Post(any_path, with_body).Put(any_path, with_body).Patch(any_path, with_body).Delete(any_path, with_body);
  set_error_handler([](const httplib::Request&, httplib::Response& to) {
    if (to.body.empty()) write_to(to, protocol_error(to.status));
  });
}

bool RequestEngine::serve_one(ClientStream& stream, bool is_last) {
  bool has_headers = false;
  bool is_closed_by_client = false;
  current_stream = &stream;
  stream.begin_request();
  const bool is_answered =
      process_request(stream, is_last, is_closed_by_client, [&](httplib::Request& request) {
        has_headers = true;
        prepare(request);
      });
  current_stream = nullptr;
  const bool is_sent = stream.flush();
  return is_answered && is_sent && has_headers && !is_closed_by_client && !is_last;
}

void RequestEngine::answer(const httplib::Request& from, httplib::Response& to, std::string body) const {
  Request request;
  request.method = from.method;
  request.path = from.path;
  request.headers.insert(from.headers.begin(), from.headers.end());
  request.query.insert(from.params.begin(), from.params.end());
  request.body = std::move(body);
  write_to(to, handler_(request));
}

void RequestEngine::answer_with_body(const httplib::Request& from, httplib::Response& to,
                                     const httplib::ContentReader& reader) const {
  if (from.is_multipart_form_data()) {
    const bool is_read = reader([](const httplib::MultipartFormData&) { return true; },
                                [](const char*, std::size_t) { return true; });
    if (!is_read) current_stream->give_up();
    return write_to(to, protocol_error(415));
  }
  std::string body;
  bool is_too_large = false;
  // Chunks over the limit are read and dropped: a client that is still sending would not see an early answer.
  const bool is_read = reader([&](const char* data, std::size_t size) {
    is_too_large = is_too_large || body.size() + size > max_body_bytes;
    if (!is_too_large) body.append(data, size);
    return true;
  });
  if (is_too_large || to.status == 413) return write_to(to, protocol_error(413));
  if (!is_read) {
    current_stream->give_up();
    return write_to(to, protocol_error(to.status));
  }
  answer(from, to, std::move(body));
}

}  // namespace demo
