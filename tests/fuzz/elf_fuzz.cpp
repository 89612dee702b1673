// libFuzzer: any bytes as a plugin file, a note and a loader's cache.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <variant>

#include "discovery/elf_content_hash.hpp"
#include "discovery/elf_file.hpp"
#include "discovery/elf_text.hpp"
#include "discovery/library_search.hpp"
#include "discovery/plugin_note.hpp"

namespace {

using namespace e2e::host;

/// Stops the fuzzer where a promise of the reader is broken.
void require(bool holds) {
  if (!holds) std::abort();
}

void try_note(std::string_view text) {
  const auto parsed = parse_plugin_note(text);
  if (const auto* note = std::get_if<PluginNote>(&parsed)) {
    require(!note->id.empty() && note->id.size() <= 64 && is_plain_line(note->version));
  } else {
    require(is_plain_line(std::get<PluginNoteError>(parsed).sentence));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const SpanBytes source(bytes);
  const auto read = read_elf(source);
  if (const auto* file = std::get_if<ElfFile>(&read)) {
    require(file->needed.size() <= 256 && file->version_needs.size() <= 4096);
    if (file->e2e_note) try_note(*file->e2e_note);
  } else {
    const auto& error = std::get<ElfError>(read);
    require(error.kind != ElfError::Kind::unreadable && is_plain_line(error.sentence));
  }
  try_note({reinterpret_cast<const char*>(data), size});
  parse_ld_cache(bytes);
  require(content_hash(source).has_value());
  return 0;
}
