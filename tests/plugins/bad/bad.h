/* The bad plugins: one library, which does what its file is called. tests/e2e/bad_plugins.hpp has the table
 * of names and of what is to come of each; that test copies the library to a file of each name. */
#ifndef BAD_H
#define BAD_H

#include <string.h>

#include "e2e/abi.h"
#include "e2e/ext/report.h"

/* What this copy of the library is called, without ".so". */
const char* bad_name(void);

static inline int bad_is(const char* name) { return strcmp(bad_name(), name) == 0; }

/* bad_list.c: the tests it says it has. */
uint32_t bad_test_count(void* ctx);
const e2e_test_desc* bad_test_at(void* ctx, uint32_t index);

/* bad_tests.c: what the test "bad" does; what the scope does. */
e2e_rc bad_run(const e2e_host* host);
/* What the others do: look whether their process is as it should be. */
e2e_rc bad_check(void);

#endif
