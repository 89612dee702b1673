#include "elf_forgery.hpp"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace e2e::host::elf_test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "e2e-elf-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path stub(std::string_view name) { return std::filesystem::path(E2E_STUB_DIR) / name; }

std::filesystem::path unloadable(std::string_view name) {
  return std::filesystem::path(E2E_UNLOADABLE_DIR) / name;
}

std::string note_bytes(std::string_view name, std::uint32_t type, std::string_view descriptor,
                       std::uint64_t alignment) {
  const Elf64_Nhdr header{static_cast<Elf64_Word>(name.size()), static_cast<Elf64_Word>(descriptor.size()),
                          type};
  std::string note(reinterpret_cast<const char*>(&header), sizeof(header));
  const auto pad = [&] { note.resize((note.size() + alignment - 1) / alignment * alignment); };
  note += name;
  pad();
  note += descriptor;
  pad();
  return note;
}

std::string plugin_note_bytes(std::string_view lines) { return note_bytes({"e2e", 4}, 1, lines); }

Forgery::Forgery(const std::filesystem::path& original) {
  std::ifstream file(original, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (content.empty()) throw std::runtime_error("cannot read " + original.string());
  append(std::as_bytes(std::span(content)));
}

std::uint64_t Forgery::header(std::uint32_t type) const {
  const auto elf = get<Elf64_Ehdr>(0);
  for (unsigned i = 0; i < elf.e_phnum; ++i) {
    const std::uint64_t at = elf.e_phoff + i * sizeof(Elf64_Phdr);
    if (get<Elf64_Phdr>(at).p_type == type) return at;
  }
  throw std::runtime_error("no such program header");
}

std::uint64_t Forgery::dynamic_entry(std::int64_t tag) const {
  const auto section = get<Elf64_Phdr>(header(PT_DYNAMIC));
  for (std::uint64_t at = 0; at < section.p_filesz; at += sizeof(Elf64_Dyn)) {
    if (get<Elf64_Dyn>(section.p_offset + at).d_tag == tag) return section.p_offset + at;
  }
  throw std::runtime_error("no such dynamic entry");
}

std::uint64_t Forgery::target_of(std::int64_t tag) const {
  const std::uint64_t address = get<Elf64_Dyn>(dynamic_entry(tag)).d_un.d_ptr;
  const auto elf = get<Elf64_Ehdr>(0);
  for (unsigned i = 0; i < elf.e_phnum; ++i) {
    const auto segment = get<Elf64_Phdr>(elf.e_phoff + i * sizeof(Elf64_Phdr));
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
        address - segment.p_vaddr < segment.p_filesz) {
      return segment.p_offset + (address - segment.p_vaddr);
    }
  }
  throw std::runtime_error("address in no segment");
}

void Forgery::set_dynamic(std::int64_t tag, std::uint64_t value) {
  put(dynamic_entry(tag) + offsetof(Elf64_Dyn, d_un), value);
}

void Forgery::set_header(std::uint32_t type, std::uint64_t Elf64_Phdr::*field, std::uint64_t value) {
  const std::uint64_t at = header(type);
  auto changed = get<Elf64_Phdr>(at);
  changed.*field = value;
  put(at, changed);
}

void Forgery::replace_notes(std::string_view content, std::uint64_t alignment) {
  const std::uint64_t at = header(PT_NOTE);
  auto segment = get<Elf64_Phdr>(at);
  const auto elf = get<Elf64_Ehdr>(0);
  for (unsigned i = 0; i < elf.e_phnum; ++i) {
    const std::uint64_t other = elf.e_phoff + i * sizeof(Elf64_Phdr);
    if (get<Elf64_Phdr>(other).p_type == PT_NOTE) put(other, Elf64_Word{PT_NULL});
  }
  segment.p_offset = append(std::as_bytes(std::span(content)));
  segment.p_filesz = segment.p_memsz = content.size();
  segment.p_align = alignment;
  put(at, segment);
}

void Forgery::replace_dynamic(std::vector<Elf64_Dyn> entries, const std::vector<std::int64_t>& kept) {
  for (const std::int64_t tag : kept) entries.push_back(get<Elf64_Dyn>(dynamic_entry(tag)));
  entries.push_back({});
  const auto content = std::as_bytes(std::span(entries));
  const std::uint64_t at = append(content);
  set_header(PT_DYNAMIC, &Elf64_Phdr::p_offset, at);
  set_header(PT_DYNAMIC, &Elf64_Phdr::p_filesz, content.size());
}

void Forgery::strip_sections() {
  auto elf = get<Elf64_Ehdr>(0);
  elf.e_shoff = elf.e_shnum = elf.e_shstrndx = 0;
  put(0, elf);
  std::uint64_t end = elf.e_phoff + elf.e_phnum * sizeof(Elf64_Phdr);
  for (unsigned i = 0; i < elf.e_phnum; ++i) {
    const auto segment = get<Elf64_Phdr>(elf.e_phoff + i * sizeof(Elf64_Phdr));
    end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  bytes.resize(end);
}

void Forgery::write_to(const std::filesystem::path& path) const {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

const std::byte* Forgery::checked(std::uint64_t offset, std::size_t size) const {
  if (offset > bytes.size() || size > bytes.size() - offset) throw std::runtime_error("beyond the file");
  return bytes.data() + offset;
}

std::byte* Forgery::checked(std::uint64_t offset, std::size_t size) {
  return const_cast<std::byte*>(std::as_const(*this).checked(offset, size));
}

std::uint64_t Forgery::append(std::span<const std::byte> content) {
  bytes.resize((bytes.size() + 7) / 8 * 8);
  const std::uint64_t offset = bytes.size();
  bytes.insert(bytes.end(), content.begin(), content.end());
  return offset;
}

}  // namespace e2e::host::elf_test
