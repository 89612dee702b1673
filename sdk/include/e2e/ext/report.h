/* e2e.report/1, implemented by the host: what happens in a test, said while it happens, so that it survives a
 * crash. All functions are [any-thread] unless marked. */
#ifndef E2E_EXT_REPORT_H
#define E2E_EXT_REPORT_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_REPORT "e2e.report/1"

/* What a plugin is doing. Each has a budget of its own; requests are allowed again in E2E_PHASE_CLEANUP after
 * a cancellation. */
#define E2E_PHASE_ONCE_PER_RUN 1
#define E2E_PHASE_BEFORE_ALL 2
#define E2E_PHASE_BEFORE_EACH 3
#define E2E_PHASE_BODY 4
#define E2E_PHASE_AFTER_EACH 5
#define E2E_PHASE_CLEANUP 6
#define E2E_PHASE_AFTER_ALL 7

#define E2E_FAILURE_SOFT 0x1u  /* the test goes on */
#define E2E_FAILURE_ERROR 0x2u /* not an assertion: an exception nobody expected */

#define E2E_ATTACHMENT_MAX_BYTES 16777216

/* An assertion that did not hold, or an error. Borrowed for the call. Empty strings are left out of reports.
 */
typedef struct e2e_failure {
  uint32_t struct_size;
  uint32_t flags; /* E2E_FAILURE_* */
  e2e_str file;
  uint32_t line; /* 0 if unknown */
  uint32_t reserved;
  e2e_str expression; /* as written: response.json("/id") == user.id */
  e2e_str message;    /* what it means, in words */
  e2e_str expected;   /* the right-hand side's value */
  e2e_str actual;     /* the left-hand side's value */
} e2e_failure;

typedef struct e2e_report_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [test-thread] Called before a phase is entered. `name` is the fixture's, or empty. */
  void (*phase)(const e2e_host* host, uint32_t phase, e2e_str name);
  void (*failure)(const e2e_host* host, const e2e_failure* failure);
  /* The test asked to be skipped, for this reason. */
  void (*skip)(const e2e_host* host, e2e_str reason, e2e_str file, uint32_t line);
  /* [test-thread] Steps nest; what the test leaves open is closed at its end. */
  void (*step_begin)(const e2e_host* host, e2e_str title, e2e_str file, uint32_t line);
  void (*step_end)(const e2e_host* host);
  /* A fact worth keeping with the attempt. */
  void (*note)(const e2e_host* host, e2e_str text);
  /* Keeps a file with the attempt, under a name that people see; `type` is its media type. E2E_SKIP: it is
   * larger than E2E_ATTACHMENT_MAX_BYTES, and is left out; a note says so. An attempt keeps at most 100, of
   * 64 MiB together, a run 1 GiB: of those beyond there is a note, too. */
  e2e_rc (*attach)(const e2e_host* host, e2e_str name, e2e_str type, e2e_str bytes);
} e2e_report_v1;

#ifdef __cplusplus
}
#endif

#endif
