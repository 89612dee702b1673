/* e2e.log/1, implemented by the host: lines for the host's own log, seen with --debug. [any-thread] */
#ifndef E2E_EXT_LOG_H
#define E2E_EXT_LOG_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_LOG "e2e.log/1"

#define E2E_LOG_DEBUG 0
#define E2E_LOG_INFO 1
#define E2E_LOG_WARN 2
#define E2E_LOG_ERROR 3

typedef struct e2e_log_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void (*write)(const e2e_host* host, uint32_t level, e2e_str text);
} e2e_log_v1;

#ifdef __cplusplus
}
#endif

#endif
