// What an ELF file says about itself, read without loading it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "discovery/elf_bytes.hpp"

namespace e2e::host {

/// Why a file could not be read as ELF.
struct ElfError {
  enum class Kind {
    not_elf,      ///< does not start as ELF does
    unsupported,  ///< 32-bit or big-endian: its identity can be read, no more
    truncated,    ///< its headers speak of bytes that the file does not have
    malformed,    ///< its headers contradict themselves or pass a limit
    unreadable,   ///< the bytes could not be read: the file changed or the disk failed
  };
  Kind kind;
  std::string sentence;  ///< lower case, without the path: "the file is truncated: 10 bytes, ..."
};

/// What platform a file is for. Known for both classes and both byte orders.
struct ElfIdentity {
  bool is_64_bit = false;
  bool is_little_endian = false;
  std::uint16_t machine = 0;  ///< EM_* of elf.h
  std::uint16_t type = 0;     ///< ET_* of elf.h

  bool operator==(const ElfIdentity&) const = default;
};

/// A version of a library's symbols that a file was linked against, as GLIBC_2.34 of libc.so.6.
struct ElfVersionNeed {
  std::string library;
  std::string version;
  bool is_weak = false;  ///< the loader only warns if it is missing

  bool operator==(const ElfVersionNeed&) const = default;
};

/// Whether the dynamic symbol table exports something.
enum class ElfExport { yes, no, unknown };

/// What was read of an ELF file. Strings are the file's bytes, unchecked: pass them through printable_line()
/// before they reach a person.
struct ElfFile {
  ElfIdentity identity;
  std::string build_id;                 ///< lower-case hex; empty if it has none
  std::optional<std::string> e2e_note;  ///< the descriptor of the note "e2e" of type 1
  bool is_dynamic = false;              ///< has a dynamic section; all below is empty otherwise
  std::vector<std::string> needed;      ///< DT_NEEDED, in order
  std::optional<std::string> runpath;   ///< DT_RUNPATH, unexpanded
  std::optional<std::string> rpath;     ///< DT_RPATH, unexpanded
  std::vector<ElfVersionNeed> version_needs;
  std::vector<std::string> defined_versions;  ///< of its own symbols, without the base version
  ElfExport entry = ElfExport::unknown;       ///< whether it exports e2e_plugin_v1 as a function
};

/// Reads what platform `bytes` are for, and no more.
std::variant<ElfIdentity, ElfError> read_elf_identity(const ElfBytes& bytes);

/// Reads a 64-bit little-endian ELF file through its program headers; section headers are not needed. Trusts
/// no offset, size or count: takes time linear in what it reads and never more than some 20 MiB, whatever the
/// file says. Limits: 512 program headers, 64 KiB of notes, 4096 dynamic entries, 256 needed libraries, 4096
/// symbol versions, 4 KiB a string; a file beyond them is malformed. Throws nothing but std::bad_alloc.
/// Format: System V ABI, chapters 4 and 5; versions and DT_GNU_HASH as in the Linux Standard Base.
std::variant<ElfFile, ElfError> read_elf(const ElfBytes& bytes);

/// What people call that platform: "x86_64", "aarch64", "riscv64"; "machine 999" if it is not known here.
std::string platform_name(const ElfIdentity& identity);

}  // namespace e2e::host
