/* e2e.lease/1, implemented by the host: what a test has for itself while it runs. */
#ifndef E2E_EXT_LEASE_H
#define E2E_EXT_LEASE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_LEASE "e2e.lease/1"

typedef struct e2e_lease_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread] A TCP port that nobody listens on, and that no other lease on this machine has, of whatever
   * worker and run: until the attempt ends or, in a fixture of the scope, until the scope closes, and no
   * longer than the worker lives. 0: there is none left, or this test has 100. */
  uint32_t (*port)(const e2e_host* host);
} e2e_lease_v1;

#ifdef __cplusplus
}
#endif

#endif
