// Throws while it is loaded: nothing can catch that.
#define STUB_ID "throwing_constructor"
#include <stdexcept>

#include "stub_plugin.h"

namespace {
struct Thrower {
  Thrower() { throw std::runtime_error("a static constructor threw this"); }
};
const Thrower thrower;
}  // namespace
