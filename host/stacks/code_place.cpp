#include "stacks/code_place.hpp"

#include <cxxabi.h>
#include <dwarf.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace e2e::host {
namespace {

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};
using Scopes = std::unique_ptr<Dwarf_Die[], Free>;

constexpr size_t max_text = 1024;

std::string name_of(Dwarf_Die* die) {
  const DwLibrary& lib = dw();
  Dwarf_Attribute attribute;
  const char* name = nullptr;
  for (const unsigned kind : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name})
    if (name == nullptr && lib.dwarf_attr_integrate(die, kind, &attribute) != nullptr)
      name = lib.dwarf_formstring(&attribute);
  if (name == nullptr) name = lib.dwarf_diename(die);
  return name == nullptr ? std::string() : readable_name(name);
}

uint64_t number_of(Dwarf_Die* die, unsigned kind) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dw().dwarf_attr(die, kind, &attribute) == nullptr || dw().dwarf_formudata(&attribute, &value) != 0)
    return 0;
  return value;
}

bool is_function(int tag) {
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_entry_point;
}

/// Where `inlined` was called from.
void set_call_place(StackFrame& frame, Dwarf_Die* unit, Dwarf_Die* inlined) {
  const DwLibrary& lib = dw();
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  if (lib.dwarf_getsrcfiles(unit, &files, &count) != 0) return;
  const uint64_t index = number_of(inlined, DW_AT_call_file);
  if (index >= count) return;
  const char* const file = lib.dwarf_filesrc(files, index, nullptr, nullptr);
  if (file == nullptr) return;
  frame.file = file;
  frame.line = static_cast<uint32_t>(number_of(inlined, DW_AT_call_line));
}

/// The functions that the address lies in by what the debug information says, innermost first; the first has
/// no place yet.
std::vector<StackFrame> scopes_at(Dwarf_Die* unit, Dwarf_Addr address) {
  const DwLibrary& lib = dw();
  std::vector<StackFrame> frames;
  Dwarf_Die* found = nullptr;
  const int count = lib.dwarf_getscopes(unit, address, &found);
  const Scopes scopes(found);
  int innermost = 0;
  while (innermost < count && !is_function(lib.dwarf_tag(&scopes[innermost]))) ++innermost;
  if (innermost >= count) return frames;
  // What encloses it in the text of the function that it was inlined into, not in the one it was written in.
  Dwarf_Die* enclosing_found = nullptr;
  const int enclosing_count = lib.dwarf_getscopes_die(&scopes[innermost], &enclosing_found);
  const Scopes enclosing(enclosing_found);
  Dwarf_Die* inlined = nullptr;
  for (int i = 0; i < enclosing_count; ++i) {
    const int tag = lib.dwarf_tag(&enclosing[i]);
    if (!is_function(tag)) continue;
    StackFrame& frame = frames.emplace_back();
    frame.function = name_of(&enclosing[i]);
    if (inlined != nullptr) set_call_place(frame, unit, inlined);
    if (tag == DW_TAG_subprogram) break;
    frame.is_inlined = true;
    inlined = &enclosing[i];
  }
  return frames;
}

}  // namespace

std::string readable_name(const char* name) {
  int status = 0;
  const std::unique_ptr<char, Free> readable(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  std::string_view text = readable ? readable.get() : name;
  // "pay(int) [clone .constprop.0]": the compiler's own affair.
  if (readable) text = text.substr(0, text.find(" [clone "));
  return std::string(text.substr(0, max_text));
}

std::vector<StackFrame> code_at(Dwfl_Module* module, uint64_t address) {
  const DwLibrary& lib = dw();
  std::vector<StackFrame> frames;
  Dwarf_Addr bias = 0;
  if (Dwarf_Die* unit = lib.dwfl_module_addrdie(module, address, &bias))
    frames = scopes_at(unit, address - bias);
  if (frames.empty()) frames.emplace_back();
  StackFrame& outermost = frames.back();
  // The symbol's name has the parameters, which that in the debug information lacks where it is static.
  GElf_Off offset = 0;
  GElf_Sym symbol;
  if (const char* name =
          lib.dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr))
    outermost.function = readable_name(name);
  if (Dwfl_Line* line = lib.dwfl_module_getsrc(module, address)) {
    int number = 0;
    if (const char* file = lib.dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr)) {
      frames.front().file = file;
      frames.front().line = static_cast<uint32_t>(number);
    }
  }
  return frames;
}

}  // namespace e2e::host
