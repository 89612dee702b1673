#include "e2e/websocket.hpp"

#include <vector>

#include "document.hpp"
#include "http_options.hpp"
#include "instance.hpp"

namespace e2e {

namespace {

const e2e_websocket_v1& table_of(const detail::HostApi& api, Location where) {
  if (api.websocket) return *api.websocket;
  fail("the host (" + detail::to_string(api.host->name) + " " + detail::to_string(api.host->version) +
           ") does not offer " E2E_EXT_WEBSOCKET ", which page.websocket() needs: update it",
       where);
}

std::vector<e2e_kv> pairs_for(const std::vector<Field>& fields) {
  std::vector<e2e_kv> pairs;
  for (const Field& field : fields)
    pairs.push_back({detail::to_str(field.name), detail::to_str(field.value)});
  return pairs;
}

[[noreturn]] void fail_call(const std::string& expression, const std::string& problem, Location where) {
  detail::Failure failure;
  failure.where = where;
  failure.expression = expression;
  failure.message = problem;
  detail::report_hard(failure);
}

}  // namespace

WebSocket::WebSocket(const detail::PageBinding& binding, const Target& target,
                     const detail::RequestSpec& spec)
    : instance_(binding.instance), target_(target.text()) {
  detail::Frame& frame = detail::own_frame("page.websocket()");
  frame.last_seen = target.where();
  const std::string call = "page.websocket(\"" + target_ + "\")";
  if (!spec.body.empty() || !spec.parts.empty() || !spec.body_file.empty() || spec.source || spec.sink)
    fail_call(call, "a WebSocket is opened without a body", target.where());
  const detail::HostApi& api = instance_->api();
  const e2e_websocket_v1& table = table_of(api, target.where());
  const auto headers = pairs_for(spec.headers), query = pairs_for(spec.query),
             options = pairs_for(spec.options);
  e2e_request request{};
  request.struct_size = sizeof(request);
  request.method = detail::to_str("GET");
  request.target = detail::to_str(target_);
  request.headers = headers.data();
  request.header_count = headers.size();
  request.query = query.data();
  request.query_count = query.size();
  request.timeout_ms = spec.timeout_ms;
  e2e_http_request extended{};
  extended.struct_size = sizeof(extended);
  extended.request = &request;
  extended.options = options.data();
  extended.option_count = options.size();
  extended.read_size = -1;
  e2e_str problem{};
  const e2e_rc rc = table.open(api.host, binding.page, &extended, &socket_, &problem);
  detail::throw_if_cancelled(frame, rc);
  if (rc != E2E_PASS) fail_call(call, detail::to_string(problem), target.where());
}

WebSocket::WebSocket(WebSocket&& other) noexcept
    : instance_(other.instance_),
      socket_(std::exchange(other.socket_, nullptr)),
      target_(std::move(other.target_)),
      waiting_(std::move(other.waiting_)),
      has_waiting_(other.has_waiting_),
      close_code_(other.close_code_),
      close_reason_(std::move(other.close_reason_)) {}

WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
  std::swap(instance_, other.instance_);
  std::swap(socket_, other.socket_);
  std::swap(target_, other.target_);
  std::swap(waiting_, other.waiting_);
  std::swap(has_waiting_, other.has_waiting_);
  std::swap(close_code_, other.close_code_);
  std::swap(close_reason_, other.close_reason_);
  return *this;
}

WebSocket::~WebSocket() {
  const detail::HostApi& api = instance_->api();
  if (socket_) api.websocket->release(api.host, socket_);
}

void WebSocket::fail(const char* call, const std::string& problem, Location where) const {
  fail_call(std::string(call) + " of the WebSocket " + target_, problem, where);
}

void WebSocket::send(const char* call, unsigned kind, std::string_view bytes, Location where) {
  detail::Frame& frame = detail::own_frame("a WebSocket");
  frame.last_seen = where;
  const detail::HostApi& api = instance_->api();
  e2e_str problem{};
  const e2e_rc rc =
      api.websocket->send(api.host, socket_, kind, detail::to_str(bytes), default_deadline_ms, &problem);
  detail::throw_if_cancelled(frame, rc);
  if (rc != E2E_PASS) fail(call, detail::to_string(problem), where);
}

void WebSocket::send_text(std::string_view text, Location where) {
  send("send_text()", E2E_WEBSOCKET_TEXT, text, where);
}
void WebSocket::send_json(const JsonValue& value, Location where) {
  send("send_json()", E2E_WEBSOCKET_TEXT, value.text(), where);
}
void WebSocket::send_binary(std::string_view bytes, Location where) {
  send("send_binary()", E2E_WEBSOCKET_BINARY, bytes, where);
}

WebSocket::Came WebSocket::wait(const char* call, std::int64_t deadline_ms, std::string& problem,
                                Location where) {
  detail::Frame& frame = detail::own_frame("a WebSocket");
  frame.last_seen = where;
  if (has_waiting_) return Came::message;
  const detail::HostApi& api = instance_->api();
  e2e_message message{};
  message.struct_size = sizeof(message);
  e2e_str why{};
  const e2e_rc rc = api.websocket->receive(api.host, socket_, deadline_ms, &message, &why);
  detail::throw_if_cancelled(frame, rc);
  problem = detail::to_string(why);
  if (rc == E2E_SKIP) return Came::nothing;
  if (rc != E2E_PASS) fail(call, problem, where);
  if (message.kind == E2E_WEBSOCKET_CLOSE) {
    close_code_ = message.close_code;
    close_reason_ = detail::to_string(message.bytes);
    problem = "the service closed the connection: " + std::to_string(close_code_) + " " + close_reason_;
    return Came::close;
  }
  waiting_ = detail::to_string(message.bytes);
  has_waiting_ = true;
  return Came::message;
}

std::string WebSocket::take(const char* call, std::int64_t deadline_ms, Location where) {
  std::string problem;
  if (wait(call, deadline_ms, problem, where) != Came::message) fail(call, problem, where);
  has_waiting_ = false;
  return std::move(waiting_);
}

std::string WebSocket::receive(std::int64_t deadline_ms, Location where) {
  return take("receive()", deadline_ms, where);
}

Json WebSocket::receive_json(std::int64_t deadline_ms, Location where) {
  const std::string text = take("receive_json()", deadline_ms, where);
  return detail::parse_for_test(instance_->api(), text, "the message of the WebSocket " + target_, where);
}

bool WebSocket::is_quiet(std::int64_t for_ms, Location where) {
  std::string problem;
  return wait("is_quiet()", for_ms, problem, where) == Came::nothing;
}

void WebSocket::close(unsigned code, std::string_view reason, Location where) {
  detail::Frame& frame = detail::own_frame("a WebSocket");
  frame.last_seen = where;
  const detail::HostApi& api = instance_->api();
  e2e_str problem{};
  const e2e_rc rc =
      api.websocket->close(api.host, socket_, code, detail::to_str(reason), default_deadline_ms, &problem);
  detail::throw_if_cancelled(frame, rc);
  if (rc != E2E_PASS) fail("close()", detail::to_string(problem), where);
}

void WebSocket::wait_for_close(std::int64_t deadline_ms, Location where) {
  std::string problem;
  switch (wait("wait_for_close()", deadline_ms, problem, where)) {
    case Came::close:
      return;
    case Came::message:
      fail("wait_for_close()", "a message came: " + waiting_.substr(0, 200), where);
    case Came::nothing:
      fail("wait_for_close()", "the service did not close it within " + std::to_string(deadline_ms) + " ms",
           where);
  }
}

}  // namespace e2e
