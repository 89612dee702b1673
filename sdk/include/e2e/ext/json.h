/* e2e.json/1, implemented by the host: reads JSON, so that a plugin needs no library for it.
 * [any-thread], but a document is used by one thread at a time. */
#ifndef E2E_EXT_JSON_H
#define E2E_EXT_JSON_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_JSON "e2e.json/1"

/* A value inside a document. Borrowed: lives as long as the document's root, or the response it came from. */
typedef struct e2e_json e2e_json;

#define E2E_JSON_NULL 0
#define E2E_JSON_BOOL 1
#define E2E_JSON_INTEGER 2
#define E2E_JSON_NUMBER 3 /* with a fraction or an exponent, or too large for 64 bits */
#define E2E_JSON_STRING 4
#define E2E_JSON_ARRAY 5
#define E2E_JSON_OBJECT 6

typedef struct e2e_json_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Parses `text` into a new document. Returns null and sets *error (why and where, borrowed until the next
   * parse on this thread) if it is not JSON, is nested deeper than 256 or is larger than 256 MiB. */
  e2e_json* (*parse)(const e2e_host* host, e2e_str text, e2e_str* error);
  /* Frees a document that parse() returned; its values are gone with it. Null is allowed. */
  void (*release)(const e2e_host* host, e2e_json* root);
  /* The value at a JSON pointer (RFC 6901; "" is the value itself), or null if there is none. */
  const e2e_json* (*at)(const e2e_host* host, const e2e_json* value, e2e_str pointer);
  uint32_t (*type)(const e2e_host* host, const e2e_json* value); /* E2E_JSON_* */
  /* Elements of an array, members of an object; 0 for the rest. */
  uint64_t (*size)(const e2e_host* host, const e2e_json* value);
  /* Element, or member in document order; null past the end. */
  const e2e_json* (*element)(const e2e_host* host, const e2e_json* value, uint64_t index);
  /* Name of an object's member; empty past the end. */
  e2e_str (*key)(const e2e_host* host, const e2e_json* value, uint64_t index);
  /* The value of that type, or "", 0 if it is of another (as_number takes integers too). */
  e2e_str (*as_string)(const e2e_host* host, const e2e_json* value);
  int64_t (*as_integer)(const e2e_host* host, const e2e_json* value);
  double (*as_number)(const e2e_host* host, const e2e_json* value);
  uint32_t (*as_bool)(const e2e_host* host, const e2e_json* value); /* 0 or 1 */
  /* The value as compact JSON text. Borrowed until the next call of dump on the same document. */
  e2e_str (*dump)(const e2e_host* host, const e2e_json* value);
} e2e_json_v1;

#ifdef __cplusplus
}
#endif

#endif
