#include "discovery/elf_dynamic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace e2e::host {
namespace {

constexpr std::uint64_t kMaxDynamicEntries = 4096;
constexpr std::size_t kMaxNeeded = 256;
constexpr std::size_t kMaxStringBytes = 4096;

}  // namespace

std::variant<std::optional<ElfDynamic>, ElfError> ElfDynamic::read(const ElfImage& image) {
  const Elf64_Phdr* section = nullptr;
  for (const Elf64_Phdr& header : image.program_headers()) {
    if (header.p_type != PT_DYNAMIC || header.p_filesz == 0) continue;
    if (section) return malformed_elf("it has more than one dynamic section");
    section = &header;
  }
  if (!section) return std::nullopt;
  const std::uint64_t count = section->p_filesz / sizeof(Elf64_Dyn);
  if (count > kMaxDynamicEntries) {
    return malformed_elf(fmt::format("its dynamic section has more than {} entries", kMaxDynamicEntries));
  }

  ElfDynamic dynamic;
  dynamic.entries_.resize(count);
  if (!image.contents(*section).read(0, std::as_writable_bytes(std::span(dynamic.entries_)))) {
    return unreadable_elf();
  }
  const auto end = std::find_if(dynamic.entries_.begin(), dynamic.entries_.end(),
                                [](const Elf64_Dyn& entry) { return entry.d_tag == DT_NULL; });
  dynamic.entries_.erase(end, dynamic.entries_.end());

  const auto address = dynamic.value(DT_STRTAB);
  const auto size = dynamic.value(DT_STRSZ);
  if (address && size) {
    const auto region = image.at_address(*address);
    if (!region || region->size() < *size) {
      return malformed_elf("its dynamic strings lie outside of its segments");
    }
    dynamic.strings_ = region->first(*size);
  }
  return std::optional(std::move(dynamic));
}

std::optional<std::uint64_t> ElfDynamic::value(std::int64_t tag) const {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(),
                                  [&](const Elf64_Dyn& entry) { return entry.d_tag == tag; });
  if (found == entries_.rend()) return std::nullopt;
  return found->d_un.d_val;
}

std::optional<ElfError> ElfDynamic::string_at(std::uint64_t offset, std::string& out) const {
  if (!strings_ || offset >= strings_->size()) {
    return malformed_elf("a name lies outside of its dynamic strings");
  }
  std::array<char, kMaxStringBytes + 1> buffer;
  const auto window = std::span(buffer).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), strings_->size() - offset)));
  if (!strings_->read(offset, std::as_writable_bytes(window))) return unreadable_elf();
  const auto* end = static_cast<const char*>(std::memchr(window.data(), '\0', window.size()));
  if (!end) return malformed_elf(fmt::format("a name is longer than {} bytes", kMaxStringBytes));
  out.assign(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  return std::nullopt;
}

std::optional<ElfError> ElfDynamic::read_string(std::int64_t tag, std::optional<std::string>& out) const {
  const auto offset = value(tag);
  if (!offset) return std::nullopt;
  return string_at(*offset, out.emplace());
}

std::optional<ElfError> ElfDynamic::read_needed(std::vector<std::string>& out) const {
  for (const Elf64_Dyn& entry : entries_) {
    if (entry.d_tag != DT_NEEDED) continue;
    if (out.size() == kMaxNeeded) {
      return malformed_elf(fmt::format("it needs more than {} libraries", kMaxNeeded));
    }
    if (auto error = string_at(entry.d_un.d_val, out.emplace_back())) return error;
  }
  return std::nullopt;
}

}  // namespace e2e::host
