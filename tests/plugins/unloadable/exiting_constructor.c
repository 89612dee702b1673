/* Ends the process while it is loaded, and calls that a success. */
#define STUB_ID "exiting_constructor"
#include <stdlib.h>

#include "stub_plugin.h"

__attribute__((constructor)) static void leave(void) { exit(0); }
