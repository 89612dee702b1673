/* Needs a later minor version of the ABI. */
#define STUB_ID "newer_minor"
#define STUB_ABI "1.99"
#include "stub_plugin.h"
