/* Needs a function of another library; which one, and of which version, is decided when it is linked. */
#include "stub_plugin.h"

extern int needed_function(void);
E2E_EXPORT int call_needed_function(void);
int call_needed_function(void) { return needed_function(); }
