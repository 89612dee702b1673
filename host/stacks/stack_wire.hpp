#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_codec.hpp"
#include "events/event.hpp"
#include "stacks/snapshot.hpp"

/// What the host and its symboliser say to each other, as frames (base/frame.hpp). The symboliser reads files
/// that anybody may have written: the host believes nothing unchecked.
namespace e2e::host {

/// Host to symboliser. One reply follows each.
enum class StackRequest : uint16_t {
  snapshot = 1,  ///< id, Snapshot: of a process that has died
  process = 2,   ///< id, pid: a living worker, all of its threads
};

/// Symboliser to host.
enum class StackReport : uint16_t {
  stacks = 1,  ///< StackReply
};

struct StackReply {
  uint64_t id = 0;
  std::vector<ThreadStack> stacks;
  std::string problem;  ///< why there are none
};
void encode(ByteWriter& out, const StackReply& value);
/// Throws BadBytes. Texts and numbers of frames are bounded.
StackReply decode_stack_reply(ByteReader& in);

}  // namespace e2e::host
