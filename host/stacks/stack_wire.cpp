#include "stacks/stack_wire.hpp"

#include "stacks/stack_reader.hpp"

namespace e2e::host {
namespace {

void encode(ByteWriter& out, const ThreadStack& value) {
  out.put(value.tid).put(value.name).put(value.note).put(static_cast<uint32_t>(value.frames.size()));
  for (const StackFrame& frame : value.frames)
    out.put(frame.function)
        .put(frame.file)
        .put(frame.line)
        .put(frame.module)
        .put(frame.offset)
        .put(frame.is_inlined);
}

std::string bounded_text(ByteReader& in) {
  constexpr size_t max_wire_text = 4096;
  return std::string(in.text().substr(0, max_wire_text));
}

ThreadStack decode_thread_stack(ByteReader& in) {
  ThreadStack value;
  value.tid = in.get<int64_t>();
  value.name = bounded_text(in);
  value.note = bounded_text(in);
  // A frame's inlined functions come with it.
  const uint32_t frames = in.count(25);
  if (frames > 16 * StackReader::max_frames) throw BadBytes("a stack of an impossible depth");
  value.frames.resize(frames);
  for (StackFrame& frame : value.frames) {
    frame.function = bounded_text(in);
    frame.file = bounded_text(in);
    frame.line = in.get<uint32_t>();
    frame.module = bounded_text(in);
    frame.offset = in.get<uint64_t>();
    frame.is_inlined = in.get<bool>();
  }
  return value;
}

}  // namespace

void encode(ByteWriter& out, const StackReply& value) {
  out.put(value.id).put(value.problem).put(static_cast<uint32_t>(value.stacks.size()));
  for (const ThreadStack& stack : value.stacks) encode(out, stack);
}

StackReply decode_stack_reply(ByteReader& in) {
  StackReply value;
  value.id = in.get<uint64_t>();
  value.problem = bounded_text(in);
  value.stacks.resize(in.count(20));
  if (value.stacks.size() > Snapshot::max_threads) throw BadBytes("stacks of too many threads");
  for (ThreadStack& stack : value.stacks) stack = decode_thread_stack(in);
  return value;
}

}  // namespace e2e::host
