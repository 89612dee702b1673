#pragma once

#include <elfutils/libdwfl.h>

namespace e2e::host {

/// The functions of libdw (elfutils) that stacks are read with, by their names; its headers say what each
/// does.
///
/// The library is loaded by name, not linked, and only by the process that reads stacks: what the program
/// links, each worker's fork pays for.
struct DwLibrary {
  decltype(&::dwfl_begin) dwfl_begin;
  decltype(&::dwfl_end) dwfl_end;
  decltype(&::dwfl_errmsg) dwfl_errmsg;
  decltype(&::dwfl_report_begin) dwfl_report_begin;
  decltype(&::dwfl_report_module) dwfl_report_module;
  decltype(&::dwfl_report_end) dwfl_report_end;
  decltype(&::dwfl_standard_find_debuginfo) dwfl_standard_find_debuginfo;
  decltype(&::dwfl_attach_state) dwfl_attach_state;
  decltype(&::dwfl_getthread_frames) dwfl_getthread_frames;
  decltype(&::dwfl_frame_pc) dwfl_frame_pc;
  decltype(&::dwfl_thread_state_registers) dwfl_thread_state_registers;
  decltype(&::dwfl_thread_state_register_pc) dwfl_thread_state_register_pc;
  decltype(&::dwfl_addrmodule) dwfl_addrmodule;
  decltype(&::dwfl_module_info) dwfl_module_info;
  decltype(&::dwfl_module_build_id) dwfl_module_build_id;
  decltype(&::dwfl_module_addrinfo) dwfl_module_addrinfo;
  decltype(&::dwfl_module_addrdie) dwfl_module_addrdie;
  decltype(&::dwfl_module_getsrc) dwfl_module_getsrc;
  decltype(&::dwfl_lineinfo) dwfl_lineinfo;
  decltype(&::dwarf_getscopes) dwarf_getscopes;
  decltype(&::dwarf_getscopes_die) dwarf_getscopes_die;
  decltype(&::dwarf_tag) dwarf_tag;
  decltype(&::dwarf_diename) dwarf_diename;
  decltype(&::dwarf_attr_integrate) dwarf_attr_integrate;
  decltype(&::dwarf_attr) dwarf_attr;
  decltype(&::dwarf_formstring) dwarf_formstring;
  decltype(&::dwarf_formudata) dwarf_formudata;
  decltype(&::dwarf_getsrcfiles) dwarf_getsrcfiles;
  decltype(&::dwarf_filesrc) dwarf_filesrc;
  decltype(&::elf_version) elf_version;
  decltype(&::elf_begin) elf_begin;
  decltype(&::elf_end) elf_end;
};

/// Loads the library at the first call; it stays for the process's life. Throws std::runtime_error, which
/// says what is missing; a later call tries again.
const DwLibrary& dw();

}  // namespace e2e::host
