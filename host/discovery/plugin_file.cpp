#include "discovery/plugin_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "discovery/elf_bytes.hpp"
#include "discovery/elf_content_hash.hpp"
#include "discovery/elf_file.hpp"
#include "discovery/elf_text.hpp"

namespace e2e::host {
namespace {

using Kind = Refusal::Kind;

Refusal refuse_unopened(const std::filesystem::path& path, const FileBytesError& error) {
  switch (error.kind) {
    case FileBytesError::Kind::unreadable:
      return refuse(Kind::unreadable, path, error.reason);
    case FileBytesError::Kind::not_regular:
      return refuse(Kind::not_a_regular_file, path, error.reason);
    case FileBytesError::Kind::too_large:
      break;
  }
  return refuse(Kind::too_large, path, error.reason);
}

NotAPlugin not_a_plugin(const std::filesystem::path& path, const char* why) {
  return {path, fmt::format("{}: not a plugin: {}", printable_line(path.string()), why)};
}

Refusal refuse_changed(const std::filesystem::path& path) {
  return refuse(Kind::changed, path, "was changed while it was read; try again when its build has finished");
}

PluginFileResult from_elf_error(const std::filesystem::path& path, const FileBytes& bytes,
                                const ElfError& error) {
  if (!bytes.is_unchanged()) return refuse_changed(path);
  switch (error.kind) {
    case ElfError::Kind::not_elf:
      return not_a_plugin(path, bytes.size() == 0 ? "the file is empty" : "it is not an ELF file");
    case ElfError::Kind::truncated:
      return refuse(Kind::truncated, path, error.sentence + "; build or copy it again");
    case ElfError::Kind::unreadable:
      return refuse(Kind::unreadable, path, error.sentence);
    case ElfError::Kind::unsupported:
    case ElfError::Kind::malformed:
      break;
  }
  return refuse(Kind::malformed, path, error.sentence + "; build or copy it again");
}

PluginFileResult from_note_error(const std::filesystem::path& path, const PluginNoteError& error,
                                 const HostPlatform& platform) {
  // Another ABI may write its note differently: that is the truer reason.
  if (error.abi) {
    if (auto refusal = check_abi(path, *error.abi, platform)) return std::move(*refusal);
  }
  return refuse(Kind::bad_note, path, error.sentence + "; rebuild it with e2e_add_plugin()");
}

PluginFileResult finish(const std::filesystem::path& path, const FileBytes& bytes, ElfFile file,
                        PluginNote note) {
  auto hash = content_hash(bytes);
  if (!bytes.is_unchanged()) return refuse_changed(path);
  if (!hash) return refuse(Kind::unreadable, path, "the file could not be read to its end");
  PluginFile plugin;
  plugin.path = path;
  plugin.note = std::move(note);
  plugin.build_id = std::move(file.build_id);
  plugin.needed = std::move(file.needed);
  for (std::string& name : plugin.needed) name = printable_line(name);
  plugin.content_hash = std::move(*hash);
  plugin.size = bytes.size();
  plugin.mtime_unix_ns = bytes.mtime_unix_ns();
  return plugin;
}

}  // namespace

PluginFileResult read_plugin_file(const std::filesystem::path& path, const HostPlatform& platform) {
  const auto opened = FileBytes::open(path);
  if (const auto* error = std::get_if<FileBytesError>(&opened)) return refuse_unopened(path, *error);
  const auto& bytes = std::get<FileBytes>(opened);

  const auto identity = read_elf_identity(bytes);
  if (const auto* error = std::get_if<ElfError>(&identity)) return from_elf_error(path, bytes, *error);
  auto read = read_elf(bytes);
  if (const auto* error = std::get_if<ElfError>(&read)) {
    if (error->kind == ElfError::Kind::unsupported) {
      if (auto refusal = check_platform(path, std::get<ElfIdentity>(identity), platform)) {
        return std::move(*refusal);
      }
    }
    return from_elf_error(path, bytes, *error);
  }
  auto& file = std::get<ElfFile>(read);
  if (!file.e2e_note)
    return not_a_plugin(path, "it has no e2e note; plugins are built with e2e_add_plugin()");
  if (!file.is_dynamic)
    return not_a_plugin(path, "it holds debug information or object code, no shared library");

  auto note = parse_plugin_note(*file.e2e_note);
  if (auto refusal = check_platform(path, file.identity, platform)) return std::move(*refusal);
  if (const auto* error = std::get_if<PluginNoteError>(&note)) return from_note_error(path, *error, platform);
  if (auto refusal = check_compatibility(path, file, std::get<PluginNote>(note), platform)) {
    return std::move(*refusal);
  }
  return finish(path, bytes, std::move(file), std::move(std::get<PluginNote>(note)));
}

}  // namespace e2e::host
