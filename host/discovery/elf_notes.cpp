#include "discovery/elf_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "e2e/abi.h"

namespace e2e::host {
namespace {

constexpr std::uint64_t kMaxNoteBytes = 65'536;
constexpr std::size_t kMaxBuildIdBytes = 64;

struct Note {
  std::uint32_t type;
  std::string_view name;  // as stored, with its NUL
  std::string_view descriptor;
};

std::uint64_t aligned(std::uint64_t value, std::uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::optional<ElfError> keep_note(const Note& note, ElfNotes& notes) {
  using namespace std::string_view_literals;
  if (note.name == "GNU\0"sv && note.type == NT_GNU_BUILD_ID && notes.build_id.empty()) {
    notes.build_id = hex(note.descriptor.substr(0, kMaxBuildIdBytes));
  }
  if (note.type != E2E_NOTE_TYPE) return std::nullopt;
  if (note.name == E2E_NOTE_NAME) return malformed_elf("the name of its e2e note has no NUL at its end");
  if (note.name != std::string_view(E2E_NOTE_NAME, sizeof(E2E_NOTE_NAME))) return std::nullopt;
  if (notes.e2e_descriptor) return malformed_elf("it has more than one e2e note");
  notes.e2e_descriptor = note.descriptor;
  return std::nullopt;
}

std::optional<ElfError> read_segment(std::string_view segment, std::uint64_t alignment, ElfNotes& notes) {
  while (segment.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    std::memcpy(&header, segment.data(), sizeof(header));
    // Sums of 32-bit fields, so 64 bits hold them.
    const std::uint64_t name_end = sizeof(header) + std::uint64_t{header.n_namesz};
    const std::uint64_t descriptor_start = aligned(name_end, alignment);
    const std::uint64_t descriptor_end = descriptor_start + header.n_descsz;
    if (name_end > segment.size() || (header.n_descsz != 0 && descriptor_end > segment.size())) {
      return malformed_elf("a note reaches beyond its segment");
    }
    Note note{header.n_type, segment.substr(sizeof(header), header.n_namesz), {}};
    if (header.n_descsz != 0) note.descriptor = segment.substr(descriptor_start, header.n_descsz);
    if (auto error = keep_note(note, notes)) return error;
    segment.remove_prefix(std::min<std::uint64_t>(aligned(descriptor_end, alignment), segment.size()));
  }
  return std::nullopt;
}

}  // namespace

std::variant<ElfNotes, ElfError> read_elf_notes(const ElfImage& image) {
  ElfNotes notes;
  std::uint64_t total = 0;
  for (const Elf64_Phdr& header : image.program_headers()) {
    if (header.p_type != PT_NOTE || header.p_filesz == 0) continue;
    total += std::min(header.p_filesz, kMaxNoteBytes + 1);
    if (total > kMaxNoteBytes) {
      return malformed_elf(fmt::format("its notes are larger than {} KiB", kMaxNoteBytes / 1024));
    }
    std::string segment(header.p_filesz, '\0');
    if (!image.contents(header).read(0, std::as_writable_bytes(std::span(segment)))) return unreadable_elf();
    if (auto error = read_segment(segment, header.p_align == 8 ? 8 : 4, notes)) return std::move(*error);
  }
  return notes;
}

}  // namespace e2e::host
