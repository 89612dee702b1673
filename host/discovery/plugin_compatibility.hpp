// Whether a plugin can be loaded by a host, told from its file alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "discovery/elf_file.hpp"
#include "discovery/host_platform.hpp"
#include "discovery/plugin_note.hpp"

namespace e2e::host {

/// Why a plugin file is refused.
struct Refusal {
  enum class Kind {
    unreadable,              ///< can't be opened or read
    not_a_regular_file,      ///< a folder, fifo, device, ...
    too_large,               ///< over 1 GiB
    changed,                 ///< was written to while it was read
    truncated,               ///< ends before its headers say
    malformed,               ///< damaged or forged headers
    foreign_platform,        ///< another machine, word size or byte order
    bad_note,                ///< its e2e note can't be used
    not_a_shared_library,    ///< has the note, but is a program or an object file
    abi_mismatch,            ///< another plugin ABI than the host's
    sanitizer_mismatch,      ///< built with a sanitizer that the host lacks
    no_entry,                ///< does not export e2e_plugin_v1
    glibc_too_new,           ///< needs a newer glibc
    missing_library,         ///< needs a library that is not found
    missing_symbol_version,  ///< needs a newer version of a library
  };
  Kind kind;
  std::string sentence;  ///< for people: path first, then what the plugin needs, what is there, the way out
};

/// The first reason why the plugin at `path` can't be loaded on `platform`; nothing if none is known. What
/// can't be decided from the file is left to the worker that loads it. `file` must have the e2e note that
/// `note` was parsed from.
std::optional<Refusal> check_compatibility(const std::filesystem::path& path, const ElfFile& file,
                                           const PluginNote& note, const HostPlatform& platform);

/// The refusal if a file made for `built_for` can't be loaded on `platform` whatever it holds.
std::optional<Refusal> check_platform(const std::filesystem::path& path, const ElfIdentity& built_for,
                                      const HostPlatform& platform);

/// The refusal if the host does not offer `needed`.
std::optional<Refusal> check_abi(const std::filesystem::path& path, const AbiVersion& needed,
                                 const HostPlatform& platform);

/// "PATH: WHAT", the path made printable.
Refusal refuse(Refusal::Kind kind, const std::filesystem::path& path, const std::string& what);

}  // namespace e2e::host
