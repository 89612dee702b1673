/* e2e.http/1, implemented by the host: how requests are sent, beyond what e2e.page/1 says. All functions are
 * [test-thread]; a page has one thread at a time.
 *
 * Options are keys and values, both text, so that a later host can know more of them. A host refuses a key
 * that it does not know. docs/configuration.md (services.NAME.requests) has them all; these add to those of
 * the page, which add to the configured ones. */
#ifndef E2E_EXT_HTTP_H
#define E2E_EXT_HTTP_H

#include "page.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_HTTP "e2e.http/1"

/* Borrowed for the call. */
typedef struct e2e_http_request {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  const e2e_request* request;
  const e2e_kv* options; /* of a key that repeats the last counts */
  uint64_t option_count;
} e2e_http_request;

typedef struct e2e_http_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* As request() of e2e.page/1, with options. */
  e2e_rc (*request)(const e2e_host* host, e2e_page* page, const e2e_http_request* request,
                    e2e_response** response);
  /* Sets an option of each later request of this page. E2E_ERROR: *problem is why not, borrowed until the
   * next call of this extension on the same thread. */
  e2e_rc (*set_option)(const e2e_host* host, e2e_page* page, e2e_str key, e2e_str value, e2e_str* problem);
  /* What is known of an exchange besides its parts, by name; borrowed from the response; empty for a name
   * that the host does not know. "retries": how often the request was sent again. */
  e2e_str (*fact)(const e2e_host* host, const e2e_response* response, e2e_str name);
} e2e_http_v1;

#ifdef __cplusplus
}
#endif

#endif
