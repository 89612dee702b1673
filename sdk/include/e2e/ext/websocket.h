/* e2e.websocket/1, implemented by the host: WebSockets, RFC 6455. All functions are [test-thread]; a page has
 * one thread at a time, and its sockets with it. */
#ifndef E2E_EXT_WEBSOCKET_H
#define E2E_EXT_WEBSOCKET_H

#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_WEBSOCKET "e2e.websocket/1"

#define E2E_WEBSOCKET_TEXT 1
#define E2E_WEBSOCKET_BINARY 2
#define E2E_WEBSOCKET_CLOSE 3 /* the other side ended the connection */

/* Owned by its page: it ends with release(), at the latest with the attempt. */
typedef struct e2e_websocket e2e_websocket;

/* What came. `bytes` is borrowed until the socket's next call; of E2E_WEBSOCKET_CLOSE it is the reason. */
typedef struct e2e_message {
  uint32_t struct_size;
  uint32_t kind; /* E2E_WEBSOCKET_* */
  e2e_str bytes;
  uint32_t close_code; /* RFC 6455, 7.4; 1005: none was said */
  uint32_t reserved;
} e2e_message;

typedef struct e2e_websocket_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Opens one: request->request has target, headers, query and timeout_ms as any request, its method is GET
   * and it has no body; of the options those count that say how to connect. A target may begin with ws:// or
   * wss://. E2E_ERROR: *problem says why, borrowed as all problems are until the next call of this extension
   * on the same thread. The handshake is an exchange of the record. */
  e2e_rc (*open)(const e2e_host* host, e2e_page* page, const e2e_http_request* request,
                 e2e_websocket** socket, e2e_str* problem);
  /* Sends a message, of kind text (UTF-8) or binary, within that many milliseconds. After E2E_ERROR the
   * socket is of no more use. */
  e2e_rc (*send)(const e2e_host* host, e2e_websocket* socket, uint32_t kind, e2e_str bytes,
                 int64_t timeout_ms, e2e_str* problem);
  /* Waits for the next message. E2E_SKIP: none came within that many milliseconds; ask again. E2E_ERROR: the
   * connection broke, or a message had more bytes than the option max_body. */
  e2e_rc (*receive)(const e2e_host* host, e2e_websocket* socket, int64_t timeout_ms, e2e_message* message,
                    e2e_str* problem);
  /* Says that it ends, with a code and a reason of at most 123 bytes, and waits until the other side has,
   * too. Messages that come meanwhile are dropped. */
  e2e_rc (*close)(const e2e_host* host, e2e_websocket* socket, uint32_t code, e2e_str reason,
                  int64_t timeout_ms, e2e_str* problem);
  /* Drops the connection, if there is one, and frees the socket. */
  void (*release)(const e2e_host* host, e2e_websocket* socket);
} e2e_websocket_v1;

#ifdef __cplusplus
}
#endif

#endif
