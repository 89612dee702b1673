#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A line of /proc/PID/maps.
struct Mapping {
  uint64_t start = 0, end = 0;
  bool is_readable = false, is_writable = false;
  uint64_t inode = 0;       ///< 0: no file
  std::string_view device;  ///< "fe:01"
  std::string_view path;    ///< empty, a file's, or "[stack]"
};

/// Reads one line without its newline; nullopt if it is none. Borrows from it. Async-signal-safe.
std::optional<Mapping> read_mapping(std::string_view line) noexcept;

/// A file as it lies in a process: from its first mapping to its last.
struct MappedFile {
  uint64_t start = 0, end = 0;
  uint64_t inode = 0;
  std::string device, path;
};

/// The files of a text of such lines, in order of their addresses. A line that is none, such as the last of a
/// cut text, ends it.
std::vector<MappedFile> mapped_files(std::string_view maps);

/// The part of a stack that `stack_pointer` points into, or, where a stack has overflowed, the one that
/// begins just above: at most `max_bytes` from there on. An empty range if there is none. Async-signal-safe.
struct AddressRange {
  uint64_t start = 0, end = 0;
};
AddressRange live_stack(std::string_view maps, uint64_t stack_pointer, uint64_t max_bytes) noexcept;

}  // namespace e2e::host
