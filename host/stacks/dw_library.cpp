#include "stacks/dw_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <stdexcept>

namespace e2e::host {
namespace {

/// Its name since 2005.
constexpr const char* library_name = "libdw.so.1";

[[noreturn]] void refuse() {
  const char* const why = ::dlerror();
  throw std::runtime_error(fmt::format("libdw can't be used: {}; install it (Debian: libdw1)",
                                       why == nullptr ? "no reason given" : why));
}

DwLibrary load() {
  // Never closed: its functions are used until the process ends.
  void* const library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse();
  const auto get = [library](const char* name, auto& function) {
    // Those of libelf are found here, too: it comes with libdw.
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    if (function == nullptr) refuse();
  };
  DwLibrary dw{};
  get("dwfl_begin", dw.dwfl_begin);
  get("dwfl_end", dw.dwfl_end);
  get("dwfl_errmsg", dw.dwfl_errmsg);
  get("dwfl_report_begin", dw.dwfl_report_begin);
  get("dwfl_report_module", dw.dwfl_report_module);
  get("dwfl_report_end", dw.dwfl_report_end);
  get("dwfl_standard_find_debuginfo", dw.dwfl_standard_find_debuginfo);
  get("dwfl_attach_state", dw.dwfl_attach_state);
  get("dwfl_getthread_frames", dw.dwfl_getthread_frames);
  get("dwfl_frame_pc", dw.dwfl_frame_pc);
  get("dwfl_thread_state_registers", dw.dwfl_thread_state_registers);
  get("dwfl_thread_state_register_pc", dw.dwfl_thread_state_register_pc);
  get("dwfl_addrmodule", dw.dwfl_addrmodule);
  get("dwfl_module_info", dw.dwfl_module_info);
  get("dwfl_module_build_id", dw.dwfl_module_build_id);
  get("dwfl_module_addrinfo", dw.dwfl_module_addrinfo);
  get("dwfl_module_addrdie", dw.dwfl_module_addrdie);
  get("dwfl_module_getsrc", dw.dwfl_module_getsrc);
  get("dwfl_lineinfo", dw.dwfl_lineinfo);
  get("dwarf_getscopes", dw.dwarf_getscopes);
  get("dwarf_getscopes_die", dw.dwarf_getscopes_die);
  get("dwarf_tag", dw.dwarf_tag);
  get("dwarf_diename", dw.dwarf_diename);
  get("dwarf_attr_integrate", dw.dwarf_attr_integrate);
  get("dwarf_attr", dw.dwarf_attr);
  get("dwarf_formstring", dw.dwarf_formstring);
  get("dwarf_formudata", dw.dwarf_formudata);
  get("dwarf_getsrcfiles", dw.dwarf_getsrcfiles);
  get("dwarf_filesrc", dw.dwarf_filesrc);
  get("elf_version", dw.elf_version);
  get("elf_begin", dw.elf_begin);
  get("elf_end", dw.elf_end);
  dw.elf_version(EV_CURRENT);
  return dw;
}

}  // namespace

const DwLibrary& dw() {
  static const DwLibrary library = load();
  return library;
}

}  // namespace e2e::host
