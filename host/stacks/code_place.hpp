#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "stacks/dw_library.hpp"

namespace e2e::host {

/// What lies at an address of a module: the function, and where others were inlined there, these before it,
/// as frames from the innermost out. At least one frame; what is not known of it is empty.
std::vector<StackFrame> code_at(Dwfl_Module* module, uint64_t address);

/// "_ZN3foo3barEi" -> "foo::bar(int)"; a name that is not C++ stays as it is.
std::string readable_name(const char* name);

}  // namespace e2e::host
