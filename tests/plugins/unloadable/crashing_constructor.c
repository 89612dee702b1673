/* Dies while it is loaded. */
#define STUB_ID "crashing_constructor"
#include "stub_plugin.h"

__attribute__((constructor)) static void crash(void) {
  volatile int* volatile nowhere = 0;
  *nowhere = 1;
}
