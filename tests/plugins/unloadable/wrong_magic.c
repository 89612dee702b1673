/* The note is right, the struct behind the entry is not a plugin's: seen only once it is loaded. */
#define STUB_ID "wrong_magic"
#define STUB_MAGIC 0x21212121u
#include "stub_plugin.h"
