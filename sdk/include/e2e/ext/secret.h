/* e2e.secret/1, implemented by the host: values that no record, report or console shows. */
#ifndef E2E_EXT_SECRET_H
#define E2E_EXT_SECRET_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_SECRET "e2e.secret/1"

typedef struct e2e_secret_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread] From now on until the run ends `***` stands for the value in all that is recorded or shown,
   * also for its percent-encoded, JSON-escaped and base64 forms, and in what tests write to stdout and
   * stderr. E2E_PASS, also where it is known. E2E_SKIP: too short (less than 4 bytes), too long (more than 16
   * KiB), or one of too many (1000): it is not kept secret. */
  e2e_rc (*add)(const e2e_host* host, e2e_str value);
} e2e_secret_v1;

#ifdef __cplusplus
}
#endif

#endif
