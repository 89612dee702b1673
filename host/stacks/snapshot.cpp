#include "stacks/snapshot.hpp"

namespace e2e::host {

void encode(ByteWriter& out, const Snapshot& value) {
  out.put(value.pid).put(value.maps).put(static_cast<uint32_t>(value.threads.size()));
  for (const ThreadSnapshot& thread : value.threads) {
    out.put(thread.tid).put(thread.name);
    for (const uint64_t each : thread.registers.values) out.put(each);
    out.put(thread.stack_start).put(thread.stack);
  }
}

Snapshot decode_snapshot(ByteReader& in) {
  Snapshot value;
  value.pid = in.get<int32_t>();
  value.maps = in.get<std::string>();
  value.threads.resize(in.count(sizeof(Registers)));
  for (ThreadSnapshot& thread : value.threads) {
    thread.tid = in.get<int32_t>();
    thread.name = in.get<std::string>();
    for (uint64_t& each : thread.registers.values) each = in.get<uint64_t>();
    thread.stack_start = in.get<uint64_t>();
    thread.stack = in.get<std::string>();
  }
  return value;
}

}  // namespace e2e::host
