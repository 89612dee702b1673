/* e2e.rate/1, implemented by the host: how often the workers of a run, all together, send requests to a
 * service. */
#ifndef E2E_EXT_RATE_H
#define E2E_EXT_RATE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_RATE "e2e.rate/1"

#define E2E_RATE_MIN_INTERVAL_NS 1000
#define E2E_RATE_MAX_INTERVAL_NS 1000000000000
#define E2E_RATE_MAX_BURST 10000

/* `burst` requests at once, and one more every `interval_ns`. Borrowed for the call. */
typedef struct e2e_rate_limit {
  uint32_t struct_size;
  uint32_t burst;      /* 1 .. E2E_RATE_MAX_BURST */
  int64_t interval_ns; /* E2E_RATE_MIN_INTERVAL_NS .. E2E_RATE_MAX_INTERVAL_NS; 100000000 is ten a second */
} e2e_rate_limit;

typedef struct e2e_rate_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [test-thread] Asks for a limit of the requests to this instance's service. From now on until the run ends
   * it holds for all workers together; where more than one is asked for, the longest interval and the
   * smallest burst. E2E_PASS. E2E_SKIP: the run's configuration says how often, and that holds. E2E_ERROR:
   * null, too small a struct, or out of bounds. */
  e2e_rc (*set_limit)(const e2e_host* host, const e2e_rate_limit* limit);
} e2e_rate_v1;

#ifdef __cplusplus
}
#endif

#endif
