// libFuzzer: any bytes on a control channel, cut anywhere, become frames or a BadBytes; so does what is in
// them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/byte_codec.hpp"
#include "base/frame.hpp"
#include "stacks/memory_map.hpp"
#include "stacks/snapshot.hpp"
#include "stacks/stack_wire.hpp"

namespace {

using namespace e2e::host;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Reads a payload as everything that it could be.
void read_payload(const Frame& frame) {
  const auto tries = [&frame](auto read) {
    try {
      ByteReader in(frame.payload);
      read(in);
    } catch (const BadBytes&) {
    }
  };
  tries([](ByteReader& in) { decode_stack_reply(in); });
  tries([](ByteReader& in) {
    const Snapshot snapshot = decode_snapshot(in);
    for (const ThreadSnapshot& thread : snapshot.threads) {
      const AddressRange live = live_stack(snapshot.maps, thread.registers.sp(), Snapshot::max_stack_bytes);
      require(live.end - live.start <= Snapshot::max_stack_bytes);
    }
  });
  tries([](ByteReader& in) {
    while (!in.is_at_end()) in.pairs();
  });
  for (const MappedFile& file : mapped_files(frame.payload))
    require(file.start < file.end && file.path.front() == '/');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  // The first byte says how the stream is cut: the frames must not depend on it.
  const size_t piece = data[0] + size_t{1};
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  FrameBuffer whole, pieces;
  size_t of_whole = 0, of_pieces = 0;
  bool is_whole_bad = false, is_pieces_bad = false;
  try {
    whole.append(rest);
    while (const auto frame = whole.next()) {
      ++of_whole;
      read_payload(*frame);
    }
  } catch (const BadBytes&) {
    is_whole_bad = true;
  }
  try {
    for (; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
      pieces.append(rest.substr(0, piece));
      while (pieces.next()) ++of_pieces;
    }
  } catch (const BadBytes&) {
    is_pieces_bad = true;
  }
  require(of_whole == of_pieces && is_whole_bad == is_pieces_bad);
  return 0;
}
