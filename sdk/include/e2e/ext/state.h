/* e2e.state/1, implemented by the host: who this attempt is, and what attempts hand on to each other. */
#ifndef E2E_EXT_STATE_H
#define E2E_EXT_STATE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_STATE "e2e.state/1"

typedef struct e2e_state_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread] Unique per run, test and attempt; letters, digits and '-', at most 64 bytes. Borrowed until
   * the attempt ends. In a fixture of the scope: unique per scope. */
  e2e_str (*test_id)(const e2e_host* host);
  /* [any-thread] The worker's slot: 0 .. workers-1. No two workers have the same at one time. */
  uint32_t (*worker_index)(const e2e_host* host);
  /* [any-thread] Borrowed for the life of the instance. */
  e2e_str (*run_id)(const e2e_host* host);
  /* [any-thread] 1, 2, ...: the running attempt; 0 in a fixture of the scope. */
  uint32_t (*attempt)(const e2e_host* host);
  /* [any-thread] Another number at each call, in this worker; never 0. */
  uint64_t (*next_unique)(const e2e_host* host);

  /* [test-thread] Keeps a JSON value under a key, for later tests: in mode `service` those of this unit, in
   * mode `test` those that depend on this test. Counts once the attempt has passed. Set in before_all: for
   * the scope's tests. E2E_ERROR: not JSON, or larger than 1 MiB. */
  e2e_rc (*set_metadata)(const e2e_host* host, e2e_str key, e2e_str json);
  /* [test-thread] E2E_PASS and the value, borrowed until the attempt ends; E2E_SKIP if there is none. */
  e2e_rc (*get_metadata)(const e2e_host* host, e2e_str key, e2e_str* json);

  /* [test-thread] A fixture that runs once in the whole run. E2E_PASS: it has run, *json is its result
   * (borrowed for the life of the instance). E2E_SKIP: this caller runs it now, and says how it went with
   * once_end(). E2E_ERROR: it has failed; *json is the reason, as text. E2E_CANCELLED. Waits while another
   * worker runs it. */
  e2e_rc (*once_begin)(const e2e_host* host, e2e_str key, e2e_str* json);
  /* rc E2E_PASS: `json` is the result; else it is the reason, as text. */
  void (*once_end)(const e2e_host* host, e2e_str key, e2e_rc rc, e2e_str json);
} e2e_state_v1;

#ifdef __cplusplus
}
#endif

#endif
