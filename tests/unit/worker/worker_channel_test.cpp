#include "worker/worker_channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Reports = std::vector<std::pair<WorkerReport, std::string>>;

/// A worker's end and what the host sees of it.
struct Talk {
  Talk() : memory("unit-test") {
    block().reset();
    FdPair ends = make_socket_pair();
    host = std::move(ends.first);
    worker = std::make_unique<WorkerChannel>(std::move(ends.second), block());
  }

  SlotBlock& block() { return memory.block(0); }
  void report(WorkerReport type, std::string_view payload) {
    ByteWriter out;
    out.raw(payload);
    worker->report(type, out);
  }
  /// What has come by now, without waiting; counted.
  std::string receive() {
    std::string bytes;
    char piece[4096];
    for (ssize_t n = 0; (n = ::recv(host.get(), piece, sizeof piece, MSG_DONTWAIT)) > 0;)
      bytes.append(piece, static_cast<size_t>(n));
    received += bytes.size();
    return bytes;
  }
  std::string_view unsent() { return unsent_reports(block(), received); }
  void order(WorkerOrder type, std::string_view payload) {
    std::string bytes;
    append_frame(bytes, static_cast<uint16_t>(type), payload);
    REQUIRE(send_all(host.get(), bytes.data(), bytes.size()));
  }

  SlotMemory memory;
  UniqueFd host;
  std::unique_ptr<WorkerChannel> worker;
  uint64_t received = 0;
};

Reports reports_in(std::string_view bytes) {
  FrameBuffer buffer;
  buffer.append(bytes);
  Reports reports;
  while (const auto frame = buffer.next())
    reports.emplace_back(static_cast<WorkerReport>(frame->type), std::string(frame->payload));
  CHECK_FALSE(buffer.has_partial());
  return reports;
}

}  // namespace

TEST_CASE("ReportsGatherUntilTheyAreFlushed", "[worker_channel]") {
  Talk talk;
  talk.report(WorkerReport::note, "one");
  talk.report(WorkerReport::bye, "");
  CHECK(talk.receive().empty());
  talk.worker->flush();
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::note, "one"}, {WorkerReport::bye, ""}});
  CHECK(talk.unsent().empty());
  talk.worker->flush();
  CHECK(talk.receive().empty());
}

TEST_CASE("WhatWasNotSentOutlivesTheWorker", "[worker_channel]") {
  Talk talk;
  talk.report(WorkerReport::note, "sent");
  talk.worker->flush();
  talk.report(WorkerReport::note, "kept");
  talk.report(WorkerReport::failure, "kept too");
  talk.worker.reset();
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::note, "sent"}});
  CHECK(reports_in(talk.unsent()) ==
        Reports{{WorkerReport::note, "kept"}, {WorkerReport::failure, "kept too"}});
}

TEST_CASE("DeathBetweenSendingAndForgettingTellsNothingTwice", "[worker_channel]") {
  Talk talk;
  talk.report(WorkerReport::note, "one");
  talk.report(WorkerReport::note, "two");
  const uint64_t before = talk.block().outbox_state;
  const std::string bytes(talk.unsent());
  talk.worker->flush();
  CHECK(talk.receive() == bytes);
  // As if it had died with all of it sent and none of it forgotten.
  talk.block().outbox_state = before;
  CHECK(talk.unsent().empty());
  // As if only a part had come through.
  for (uint64_t part = 0; part <= bytes.size(); ++part)
    CHECK(unsent_reports(talk.block(), part) == std::string_view(bytes).substr(part));
}

TEST_CASE("SlotIsNotTouchedOnceTheLastReportIsOnItsWay", "[worker_channel]") {
  Talk talk;
  talk.report(WorkerReport::note, "one");
  talk.worker->flush();
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::note, "one"}});
  // The next worker may have the slot as soon as the last report is heard: what is written then is that
  // one's.
  const uint64_t before = talk.block().outbox_state;
  talk.worker->report_last(WorkerReport::bye);
  CHECK(talk.block().outbox_state == before);
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::bye, ""}});

  talk.report(WorkerReport::note, "two");
  talk.worker->report_last(WorkerReport::bye);
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::note, "two"}, {WorkerReport::bye, ""}});
}

TEST_CASE("OutboxThatIsFullIsSent", "[worker_channel]") {
  Talk talk;
  const std::string payload(1000, 'x');
  size_t reported = 0;
  std::string stream;
  for (; reported < 100; ++reported) {
    talk.report(WorkerReport::note, payload);
    stream += talk.receive();
    CHECK(OutboxState::unpack(talk.block().outbox_state).size <= SlotBlock::outbox_capacity);
  }
  CHECK(stream.size() > 2 * SlotBlock::outbox_capacity);
  stream += talk.unsent();
  const Reports reports = reports_in(stream);
  CHECK(reports.size() == reported);
  for (const auto& report : reports) CHECK(report.second == payload);
}

TEST_CASE("ReportThatFillsTheOutboxExactlyIsKept", "[worker_channel]") {
  Talk talk;
  const std::string payload(SlotBlock::outbox_capacity - frame_header_bytes, 'y');
  talk.report(WorkerReport::note, payload);
  CHECK(talk.receive().empty());
  CHECK(reports_in(talk.unsent()) == Reports{{WorkerReport::note, payload}});
  talk.report(WorkerReport::note, "z");
  CHECK(reports_in(talk.receive()) == Reports{{WorkerReport::note, payload}});
  CHECK(reports_in(talk.unsent()) == Reports{{WorkerReport::note, "z"}});
}

TEST_CASE("ReportLargerThanTheOutboxIsSentInItsPlace", "[worker_channel]") {
  Talk talk;
  const std::string large(SlotBlock::outbox_capacity * 10, 'l');
  std::string stream;
  std::thread host([&] {
    pollfd readable{talk.host.get(), POLLIN, 0};
    const size_t all = 3 * frame_header_bytes + 6 + large.size();
    while (stream.size() < all && ::poll(&readable, 1, 10'000) == 1) stream += talk.receive();
  });
  talk.report(WorkerReport::note, "first");
  talk.report(WorkerReport::exchange, large);
  talk.report(WorkerReport::note, "3");
  talk.worker->flush();
  host.join();
  CHECK(reports_in(stream) ==
        Reports{{WorkerReport::note, "first"}, {WorkerReport::exchange, large}, {WorkerReport::note, "3"}});
  CHECK(talk.unsent().empty());
}

TEST_CASE("ChannelThatTheHostClosedIsLostAndKeepsWhatItHas", "[worker_channel]") {
  Talk talk;
  talk.host.reset();
  CHECK_FALSE(talk.worker->is_lost());
  talk.report(WorkerReport::note, "kept");
  talk.worker->flush();
  CHECK(talk.worker->is_lost());
  CHECK(reports_in(talk.unsent()) == Reports{{WorkerReport::note, "kept"}});
  // There is room for more, but not for what never fits.
  talk.report(WorkerReport::note, std::string(SlotBlock::outbox_capacity, 'x'));
  talk.report(WorkerReport::note, "more");
  CHECK(reports_in(talk.unsent()) == Reports{{WorkerReport::note, "kept"}, {WorkerReport::note, "more"}});
  CHECK_FALSE(talk.worker->wait_for_order());
}

TEST_CASE("LargeReportOnAClosedChannelIsLostAtOnce", "[worker_channel]") {
  Talk talk;
  talk.host.reset();
  talk.report(WorkerReport::note, std::string(SlotBlock::outbox_capacity, 'x'));
  CHECK(talk.worker->is_lost());
}

TEST_CASE("DescriptorClosedUnderTheChannelIsNoticed", "[worker_channel]") {
  Talk talk;
  FdPair ends = make_socket_pair();
  const int fd = ::dup(ends.second.get());
  WorkerChannel channel(UniqueFd(fd), talk.block());
  CHECK(channel.is_open());
  ::close(fd);
  CHECK_FALSE(channel.is_open());
  // So that the channel does not close what is somebody else's by then.
  REQUIRE(::fcntl(ends.second.get(), F_DUPFD_CLOEXEC, fd) == fd);
}

TEST_CASE("OrdersComeOneByOneInOrder", "[worker_channel]") {
  Talk talk;
  CHECK_FALSE(talk.worker->poll_order());
  talk.order(WorkerOrder::stop, "");
  talk.order(WorkerOrder::once_reply, "reply");
  const auto first = talk.worker->poll_order();
  REQUIRE(first);
  CHECK(static_cast<WorkerOrder>(first->type) == WorkerOrder::stop);
  const auto second = talk.worker->wait_for_order();
  REQUIRE(second);
  CHECK(static_cast<WorkerOrder>(second->type) == WorkerOrder::once_reply);
  CHECK(second->payload == "reply");
  CHECK_FALSE(talk.worker->poll_order());
  talk.host.reset();
  CHECK_FALSE(talk.worker->wait_for_order());
}

TEST_CASE("StateInSharedMemoryIsNotBelieved", "[worker_channel]") {
  Talk talk;
  const auto state = GENERATE(as<OutboxState>(), OutboxState{0, 0xFFFFFF}, OutboxState{5, 0xFFFFFF},
                              OutboxState{(uint64_t{1} << 40) - 1, 0xFFFFFF});
  talk.block().outbox_state = state.pack();
  CHECK(OutboxState::unpack(state.pack()).offset == state.offset);
  for (const uint64_t received : {uint64_t{0}, uint64_t{5}, state.offset, ~uint64_t{0}}) {
    const std::string_view unsent = unsent_reports(talk.block(), received);
    CHECK(unsent.size() <= SlotBlock::outbox_capacity);
    if (!unsent.empty()) {
      CHECK(unsent.data() >= talk.block().outbox);
      CHECK(unsent.data() + unsent.size() <= talk.block().outbox + SlotBlock::outbox_capacity);
    }
  }
  CHECK(unsent_reports(talk.block(), state.offset + SlotBlock::outbox_capacity).empty());
}
