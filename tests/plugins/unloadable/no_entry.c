/* The note is right, the entry has another name. */
#define STUB_ID "no_entry"
#define STUB_ENTRY e2e_plugin_entry_misspelt
#include "stub_plugin.h"
