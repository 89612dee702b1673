// libFuzzer: whatever a worker reports, which a plugin may have written over, becomes an attempt that is
// within its bounds and can be written, or a BadBytes; so does what the other processes of a run say.
#include <e2e/abi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/frame.hpp"
#include "discovery/described_plugin.hpp"
#include "events/event_json.hpp"
#include "launcher/keeper_wire.hpp"
#include "run/attempt_record.hpp"
#include "worker/wire.hpp"

namespace {

using namespace e2e::host;

constexpr int64_t run_start_ns = 1'000, start_ns = 2'000;

void require(bool holds) {
  if (!holds) std::abort();
}

EventWriter writer_of_one_test() {
  EventWriter writer;
  RunStarted started;
  started.tests.emplace_back().id = "service::module::test";
  writer.line(Event{0, 0, std::move(started)});
  return writer;
}

void end(AttemptRecord& record, int64_t end_ns) {
  require(record.last_step().size() + record.last_request().size() < (1u << 20));
  AttemptFinished finished = record.end(end_ns);
  require(finished.failures.size() <= AttemptRecord::max_failures);
  require(finished.steps.size() <= AttemptRecord::max_steps);
  require(finished.exchanges.size() <= AttemptRecord::max_exchanges);
  require(finished.leaked.size() <= AttemptRecord::max_leaks);
  // One more says how many there were.
  require(finished.notes.size() <= AttemptRecord::max_notes + 1);
  static EventWriter writer = writer_of_one_test();
  require(!writer.line(Event{1, 0, std::move(finished)}).empty());
}

void take(AttemptRecord& record, const Frame& frame) {
  const auto type = static_cast<WorkerReport>(frame.type);
  ByteReader in(frame.payload);
  if (type == WorkerReport::attempt_finished) {
    in.get<uint32_t>(), in.get<uint32_t>(), in.get<e2e_rc>();
    end(record, in.get<int64_t>());
    record.begin(0, 1, start_ns, run_start_ns);
  } else {
    record.take(type, in);
  }
}

/// Reads a payload as what other channels carry.
void read_others(std::string_view payload) {
  const auto tries = [payload](auto read) {
    try {
      ByteReader in(payload);
      read(in);
    } catch (const BadBytes&) {
    }
  };
  tries([](ByteReader& in) { decode_described_plugin(in); });
  tries([](ByteReader& in) { decode_settings_refused(in); });
  tries([](ByteReader& in) { decode_worker_exit(in); });
  tries([](ByteReader& in) { decode_service_ready(in); });
  tries([](ByteReader& in) { decode_service_failure(in); });
  tries([](ByteReader& in) { decode_service_exit(in); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FrameBuffer frames;
  AttemptRecord record;
  record.begin(0, 1, start_ns, run_start_ns);
  try {
    frames.append({reinterpret_cast<const char*>(data), size});
    while (const auto frame = frames.next()) {
      read_others(frame->payload);
      take(record, *frame);
    }
  } catch (const BadBytes&) {
  }
  end(record, start_ns);
  return 0;
}
