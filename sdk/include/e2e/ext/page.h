/* e2e.page/1, implemented by the host: HTTP to the service under test, over the host's own client.
 * All functions are [test-thread]; a page has one thread at a time. */
#ifndef E2E_EXT_PAGE_H
#define E2E_EXT_PAGE_H

#include "../abi.h"
#include "json.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_PAGE "e2e.page/1"

/* What came back, or why nothing did. Lives until release(), at the longest until its attempt ends. */
typedef struct e2e_response e2e_response;

/* Borrowed for the call. */
typedef struct e2e_request {
  uint32_t struct_size;
  uint32_t flags;        /* 0 */
  e2e_str method;        /* "GET"; any token of RFC 9110 */
  e2e_str target;        /* a path, joined to the service's base_url; or a whole http(s) URL */
  const e2e_kv* headers; /* win over the page's default headers of the same name */
  uint64_t header_count;
  const e2e_kv* query; /* percent-encoded by the host and appended */
  uint64_t query_count;
  e2e_str body;
  int64_t timeout_ms; /* of the whole exchange; 0: the page's */
} e2e_request;

/* How long each phase took, in nanoseconds; 0 where it did not happen. */
typedef struct e2e_timings {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t blocked_ns; /* waiting for a rate limit */
  int64_t dns_ns;
  int64_t connect_ns;
  int64_t tls_ns;
  int64_t send_ns;    /* until the request was sent */
  int64_t wait_ns;    /* until the first byte came */
  int64_t receive_ns; /* until the last byte came */
  int64_t total_ns;   /* without blocked_ns */
} e2e_timings;

typedef struct e2e_page_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Sends a request and waits for the answer. E2E_PASS: *response holds it, whatever its status. E2E_ERROR:
   * no answer; *response, if not null, holds the reason in error(). E2E_CANCELLED: *response is null. */
  e2e_rc (*request)(const e2e_host* host, e2e_page* page, const e2e_request* request,
                    e2e_response** response);
  void (*release)(const e2e_host* host, e2e_response* response); /* null is allowed */

  /* The parts of a response, borrowed from it. */
  int32_t (*status)(const e2e_host* host, const e2e_response* response); /* 0: no answer came */
  e2e_str (*error)(const e2e_host* host, const e2e_response* response);  /* why none came, else empty */
  e2e_str (*method)(const e2e_host* host, const e2e_response* response);
  e2e_str (*url)(const e2e_host* host, const e2e_response* response);
  e2e_str (*body)(const e2e_host* host, const e2e_response* response);
  uint64_t (*header_count)(const e2e_host* host, const e2e_response* response);
  /* In the order they came; an empty pair past the end. */
  e2e_kv (*header_at)(const e2e_host* host, const e2e_response* response, uint64_t index);
  /* Fills *timings up to its struct_size. */
  void (*timings)(const e2e_host* host, const e2e_response* response, e2e_timings* timings);
  /* The body's JSON, parsed at the first call; null and *error if it is none. Owned by the response. */
  const e2e_json* (*json)(const e2e_host* host, e2e_response* response, e2e_str* error);

  /* Facts of the page. Borrowed as long as the page lives. */
  e2e_str (*service)(const e2e_host* host, const e2e_page* page);
  e2e_str (*base_url)(const e2e_host* host, const e2e_page* page);
  e2e_str (*health_endpoint)(const e2e_host* host, const e2e_page* page);
  /* Another number for each page made in this worker: tells a fresh page from one seen before. */
  uint64_t (*serial)(const e2e_host* host, const e2e_page* page);

  /* Sent with each later request of this page; an empty value removes the header. */
  void (*set_default_header)(const e2e_host* host, e2e_page* page, e2e_str name, e2e_str value);
  /* For each later request of this page that names none; 0 restores the configured one. */
  void (*set_default_timeout)(const e2e_host* host, e2e_page* page, int64_t timeout_ms);
} e2e_page_v1;

#ifdef __cplusplus
}
#endif

#endif
