#include "stacks/memory_map.hpp"

#include <algorithm>
#include <charconv>

namespace e2e::host {
namespace {

/// Cuts a number off the front of `text`.
bool take_number(std::string_view& text, uint64_t& value, int base) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, char expected) noexcept {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_word(std::string_view& text) noexcept {
  const std::string_view word = text.substr(0, std::min(text.find(' '), text.size()));
  text.remove_prefix(word.size());
  take(text, ' ');
  return word;
}

/// Calls `use` with each line's mapping until that returns false.
template <typename Use>
void for_each_mapping(std::string_view maps, Use use) {
  while (!maps.empty()) {
    const size_t end = maps.find('\n');
    if (end == std::string_view::npos) return;
    const auto mapping = read_mapping(maps.substr(0, end));
    if (!mapping || !use(*mapping)) return;
    maps.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<Mapping> read_mapping(std::string_view line) noexcept {
  Mapping mapping;
  uint64_t offset = 0;
  if (!take_number(line, mapping.start, 16) || !take(line, '-') || !take_number(line, mapping.end, 16) ||
      !take(line, ' ') || mapping.start >= mapping.end)
    return std::nullopt;
  const std::string_view rights = take_word(line);
  if (rights.size() < 4) return std::nullopt;
  mapping.is_readable = rights[0] == 'r';
  mapping.is_writable = rights[1] == 'w';
  if (!take_number(line, offset, 16) || !take(line, ' ')) return std::nullopt;
  mapping.device = take_word(line);
  if (!take_number(line, mapping.inode, 10)) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  mapping.path = line;
  return mapping;
}

std::vector<MappedFile> mapped_files(std::string_view maps) {
  std::vector<MappedFile> files;
  for_each_mapping(maps, [&files](const Mapping& mapping) {
    if (mapping.inode == 0 || mapping.path.empty() || mapping.path.front() != '/') return true;
    if (!files.empty() && files.back().inode == mapping.inode && files.back().device == mapping.device &&
        files.back().path == mapping.path)
      files.back().end = std::max(files.back().end, mapping.end);
    else
      files.push_back({mapping.start, mapping.end, mapping.inode, std::string(mapping.device),
                       std::string(mapping.path)});
    return true;
  });
  return files;
}

AddressRange live_stack(std::string_view maps, uint64_t stack_pointer, uint64_t max_bytes) noexcept {
  // A function's whole frame may lie below the stack's last page when it overflows.
  constexpr uint64_t largest_frame = 1 << 20, red_zone = 128;
  AddressRange range;
  for_each_mapping(maps, [&](const Mapping& mapping) {
    if (mapping.end <= stack_pointer || !mapping.is_writable || !mapping.is_readable) return true;
    if (mapping.start > stack_pointer && mapping.start - stack_pointer > largest_frame) return false;
    range.start = std::max(mapping.start, stack_pointer - std::min(stack_pointer, red_zone));
    range.end = std::min(mapping.end, range.start + max_bytes);
    return false;
  });
  return range;
}

}  // namespace e2e::host
