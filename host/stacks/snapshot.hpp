#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_codec.hpp"
#include "stacks/registers.hpp"

namespace e2e::host {

/// A thread as it was at one moment: enough to unwind it later, without the process.
struct ThreadSnapshot {
  int32_t tid = 0;
  std::string name;  ///< as the kernel knows it
  Registers registers{};
  uint64_t stack_start = 0;  ///< address of stack[0]
  std::string stack;         ///< the stack's innermost bytes; empty where it could not be read
};

/// A process as it was at one moment.
struct Snapshot {
  static constexpr size_t max_threads = 64, max_stack_bytes = 256 * 1024, max_maps_bytes = 256 * 1024;

  int32_t pid = 0;
  std::string maps;  ///< of /proc/PID/maps, cut at max_maps_bytes
  std::vector<ThreadSnapshot> threads;
};

void encode(ByteWriter& out, const Snapshot& value);
/// Throws BadBytes.
Snapshot decode_snapshot(ByteReader& in);

}  // namespace e2e::host
