#include "page/websocket_extension.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>

#include "page/abi_text.hpp"
#include "page/page.hpp"
#include "page/request_reader.hpp"
#include "page/socket_table.hpp"

namespace e2e::host {
namespace {

constexpr int64_t longest_wait_ms = 7LL * 24 * 3600 * 1000;
constexpr size_t longest_reason = 123;

/// What a plugin holds as e2e_websocket is the number in the SocketTable.
e2e_websocket* handle_of(uint64_t number) noexcept { return reinterpret_cast<e2e_websocket*>(number); }
uint64_t number_of(e2e_websocket* socket) noexcept { return reinterpret_cast<uint64_t>(socket); }

void tell_problem(e2e_str* problem, std::string_view text) noexcept {
  thread_local std::string problem_text;
  try {
    problem_text = text;
    if (problem != nullptr) *problem = to_abi(problem_text);
  } catch (...) {
    // Without the reason then.
  }
}

e2e_rc answer(const SocketResult& result, e2e_str* problem) noexcept {
  switch (result.end) {
    case SocketResult::End::done:
      return E2E_PASS;
    case SocketResult::End::cancelled:
      return E2E_CANCELLED;
    case SocketResult::End::out_of_time:
      tell_problem(problem, result.problem);
      return E2E_SKIP;
    default:
      tell_problem(problem, result.problem);
      return E2E_ERROR;
  }
}

/// What `call` does, with no exception past it.
template <typename Call>
e2e_rc guarded(e2e_str* problem, Call call) noexcept {
  if (problem != nullptr) *problem = {};
  try {
    return call();
  } catch (const std::exception& failure) {
    tell_problem(problem, failure.what());
    return E2E_ERROR;
  } catch (...) {
    return E2E_ERROR;
  }
}

e2e_rc refuse(e2e_str* problem, std::string_view why) noexcept {
  tell_problem(problem, why);
  return E2E_ERROR;
}

template <typename Call>
e2e_rc with_socket(e2e_websocket* socket, e2e_str* problem, Call call) noexcept {
  return guarded(problem, [&] {
    OpenSocket* const open = SocketTable::of_process().find(number_of(socket));
    return open != nullptr ? call(*open) : refuse(problem, "the connection is over: its attempt has ended");
  });
}

int64_t bounded_ms(int64_t timeout_ms) noexcept {
  return std::clamp<int64_t>(timeout_ms, 0, longest_wait_ms);
}

e2e_rc open_socket(const e2e_host*, e2e_page* page, const e2e_http_request* request, e2e_websocket** socket,
                   e2e_str* problem) noexcept {
  if (socket != nullptr) *socket = nullptr;
  if (page == nullptr || socket == nullptr) return E2E_ERROR;
  return guarded(problem, [&] {
    Page& self = *Page::from(page);
    SocketResult result;
    const uint64_t number = self.open_socket(read_request(request), result);
    if (number == 0) return answer(result, problem);
    *socket = handle_of(number);
    return E2E_PASS;
  });
}

e2e_rc send_message(const e2e_host*, e2e_websocket* socket, uint32_t kind, e2e_str bytes, int64_t timeout_ms,
                    e2e_str* problem) noexcept {
  const auto given = from_abi(bytes);
  if (socket == nullptr || !given) return E2E_ERROR;
  if (kind != E2E_WEBSOCKET_TEXT && kind != E2E_WEBSOCKET_BINARY)
    return refuse(problem, "a message is text or binary");
  return with_socket(socket, problem, [&](OpenSocket& open) {
    return answer(open.socket->send(static_cast<MessageKind>(kind), *given, bounded_ms(timeout_ms)), problem);
  });
}

e2e_rc receive_message(const e2e_host*, e2e_websocket* socket, int64_t timeout_ms, e2e_message* message,
                       e2e_str* problem) noexcept {
  constexpr uint32_t least_size = offsetof(e2e_message, close_code) + sizeof(e2e_message::close_code);
  if (socket == nullptr || message == nullptr || message->struct_size < least_size) return E2E_ERROR;
  return with_socket(socket, problem, [&](OpenSocket& open) {
    const SocketResult result = open.socket->receive(open.input, bounded_ms(timeout_ms));
    if (result.end != SocketResult::End::done) return answer(result, problem);
    message->kind = static_cast<uint32_t>(open.input.kind);
    message->bytes = to_abi(open.input.bytes);
    message->close_code = open.input.close_code;
    return E2E_PASS;
  });
}

e2e_rc close_socket(const e2e_host*, e2e_websocket* socket, uint32_t code, e2e_str reason, int64_t timeout_ms,
                    e2e_str* problem) noexcept {
  const auto given = from_abi(reason);
  if (socket == nullptr || !given) return E2E_ERROR;
  // RFC 6455, 7.4: others are no codes that are sent.
  const bool is_code = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
                       (code >= 3000 && code <= 4999);
  if (!is_code) return refuse(problem, fmt::format("{} is no code that a connection is closed with", code));
  if (given->size() > longest_reason)
    return refuse(problem, fmt::format("a reason has at most {} bytes", longest_reason));
  return with_socket(socket, problem, [&](OpenSocket& open) {
    return answer(open.socket->close(static_cast<uint16_t>(code), *given, bounded_ms(timeout_ms)), problem);
  });
}

void release_socket(const e2e_host*, e2e_websocket* socket) noexcept {
  SocketTable::of_process().drop(number_of(socket));
}

constexpr e2e_websocket_v1 websocket_functions = {
    sizeof(e2e_websocket_v1), 0, open_socket, send_message, receive_message, close_socket, release_socket};

}  // namespace

const e2e_websocket_v1& websocket_extension() noexcept { return websocket_functions; }

}  // namespace e2e::host
