/* Nothing is wrong with this one: the others are held against it, and forgeries start from it. */
#define STUB_ID "sound"
#include "stub_plugin.h"
