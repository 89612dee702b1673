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

/* A part of a multipart/form-data body. Borrowed for the call. */
typedef struct e2e_part {
  uint32_t struct_size;
  uint32_t reserved;
  e2e_str name;
  e2e_str file_name;    /* empty: it is no file */
  e2e_str content_type; /* empty: none is said */
  e2e_str bytes;
  e2e_str path; /* of a file whose content is sent in place of `bytes`; empty: none */
} e2e_part;

/* Borrowed for the call. Of request->body, parts, body_file and read at most one is given. */
typedef struct e2e_http_request {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  const e2e_request* request;
  const e2e_kv* options; /* of a key that repeats the last counts */
  uint64_t option_count;
  const e2e_part* const* parts; /* a multipart/form-data body */
  uint64_t part_count;
  e2e_str body_file; /* the path of a file that is the body; read while it is sent */
  /* [test-thread] Gives the body: up to `size` next bytes, and how many these are; 0 at its end, below 0 to
   * break off. Called until its end while the request is sent; makes no requests itself. Such a request is
   * sent again only if it was not called yet. */
  int64_t (*read)(void* context, char* buffer, uint64_t size);
  void* read_context;
  int64_t read_size; /* of the whole body; below 0: not known */
  /* [test-thread] Takes the body of an answer with 2xx piece by piece; body() of the response then has its
   * first 16 KiB. Anything but E2E_PASS breaks off. Makes no requests itself. */
  e2e_rc (*write)(void* context, e2e_str bytes);
  void* write_context;
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
   * that the host does not know. "retries": how often the request was sent again. "redirects": how many were
   * followed; method() and url() are of the last. "http_version": "1.1", "2". "body_bytes": how many came.
   * "body_sha256": of a body that was not kept. */
  e2e_str (*fact)(const e2e_host* host, const e2e_response* response, e2e_str name);
  /* The page's cookies, a line each in Netscape's format; borrowed until the next call of this extension. */
  e2e_str (*cookies)(const e2e_host* host, e2e_page* page);
  /* Adds such lines to them; others than cookies are passed over. E2E_ERROR: not enough memory, or more than
   * 1 MiB. */
  e2e_rc (*add_cookies)(const e2e_host* host, e2e_page* page, e2e_str lines);
  void (*clear_cookies)(const e2e_host* host, e2e_page* page);
} e2e_http_v1;

#ifdef __cplusplus
}
#endif

#endif
