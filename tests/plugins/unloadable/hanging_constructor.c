/* Never gets loaded. */
#define STUB_ID "hanging_constructor"
#include <unistd.h>

#include "stub_plugin.h"

__attribute__((constructor)) static void hang(void) {
  for (;;) pause();
}
