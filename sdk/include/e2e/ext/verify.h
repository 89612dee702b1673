/* e2e.verify/1, implemented by the host: judgements that need a library, so that a plugin needs none.
 * [any-thread]; texts that are handed out are borrowed until the next call of this extension on the same
 * thread. */
#ifndef E2E_EXT_VERIFY_H
#define E2E_EXT_VERIFY_H

#include "../abi.h"
#include "json.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_VERIFY "e2e.verify/1"

typedef struct e2e_verify_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Holds `value` against a JSON Schema, draft 7. E2E_PASS: it is valid. E2E_FAIL: it is not; *problems has a
   * line for each reason, at most 20, as "POINTER: what is wrong". E2E_ERROR: it can't be told; *problems is
   * why: the schema is none, refers to another file, or a text is longer than 64 KiB where the schema has a
   * `pattern` or `format`. A `format` that is not known holds nothing. */
  e2e_rc (*schema)(const e2e_host* host, const e2e_json* schema, const e2e_json* value, e2e_str* problems);
  /* Looks for a regular expression (Perl's syntax) in a text. E2E_PASS: found. E2E_FAIL: not found.
   * E2E_ERROR: *error is why: it is no regular expression, or would take too long on this text. */
  e2e_rc (*regex)(const e2e_host* host, e2e_str expression, e2e_str text, e2e_str* error);
  /* SHA-256 (FIPS 180-4) of bytes, as 64 hexadecimal digits. */
  e2e_str (*sha256)(const e2e_host* host, e2e_str bytes);
} e2e_verify_v1;

#ifdef __cplusplus
}
#endif

#endif
