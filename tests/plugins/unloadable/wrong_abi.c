/* Made for the next major version of the ABI. */
#define STUB_ID "wrong_abi"
#define STUB_ABI "2.0"
#define STUB_ENTRY e2e_plugin_v2
#include "stub_plugin.h"
