/* e2e.yaml/1, implemented by the host: YAML for tests that have data in it. */
#ifndef E2E_EXT_YAML_H
#define E2E_EXT_YAML_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_YAML "e2e.yaml/1"

typedef struct e2e_yaml_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread] One YAML 1.2 document of at most 1 MiB as JSON text; `name` is what messages call it. *json
   * is borrowed until the next call of this extension on the same thread. E2E_ERROR: *json is what is wrong
   * with it, with its place, in lines. */
  e2e_rc (*to_json)(const e2e_host* host, e2e_str name, e2e_str yaml, e2e_str* json);
} e2e_yaml_v1;

#ifdef __cplusplus
}
#endif

#endif
