#include "stacks/stack_wire.hpp"

#include <e2e_catch.hpp>

#include "stacks/crash_dump.hpp"
#include "stacks/source_paths.hpp"

using namespace e2e::host;

namespace {

StackReply full_reply() {
  return {7,
          {{5, "main", {{"f()", "a.cpp", 3, "a.so", 64, true}, {"g()", "", 0, "", 0, false}}, "cut"}, {}},
          "none"};
}

}  // namespace

TEST_CASE("AReplyArrivesAsItWasSent") {
  ByteWriter out;
  encode(out, full_reply());
  ByteReader in(out.bytes());
  const StackReply reply = decode_stack_reply(in);
  CHECK(in.is_at_end());
  CHECK(reply.id == 7);
  CHECK(reply.problem == "none");
  REQUIRE(reply.stacks.size() == 2);
  CHECK(reply.stacks[0].tid == 5);
  CHECK(reply.stacks[0].note == "cut");
  REQUIRE(reply.stacks[0].frames.size() == 2);
  const StackFrame& frame = reply.stacks[0].frames[0];
  CHECK(frame.function == "f()");
  CHECK(frame.file == "a.cpp");
  CHECK(frame.line == 3);
  CHECK(frame.module == "a.so");
  CHECK(frame.offset == 64);
  CHECK(frame.is_inlined);
}

TEST_CASE("ACutReplyIsRefused") {
  ByteWriter out;
  encode(out, full_reply());
  for (size_t size = 0; size < out.bytes().size(); ++size) {
    ByteReader in(std::string_view(out.bytes()).substr(0, size));
    CHECK_THROWS_AS(decode_stack_reply(in), BadBytes);
  }
}

TEST_CASE("AReplyOfImpossibleSizeIsRefused") {
  StackReply threads;
  threads.stacks.resize(Snapshot::max_threads + 1);
  StackReply frames;
  frames.stacks.resize(1);
  frames.stacks[0].frames.resize(5000);
  for (const StackReply& reply : {threads, frames}) {
    ByteWriter out;
    encode(out, reply);
    ByteReader in(out.bytes());
    CHECK_THROWS_AS(decode_stack_reply(in), BadBytes);
  }
}

TEST_CASE("SizesInACrashDumpAreNotBelieved") {
  const auto dump = std::make_unique<CrashDump>();
  CHECK(read_crash_dump(*dump).threads.empty());
  dump->is_there = 1;
  dump->maps_bytes = dump->stack_bytes = ~0u;
  const Snapshot snapshot = read_crash_dump(*dump);
  CHECK(snapshot.maps.size() == CrashDump::max_maps_bytes);
  CHECK(snapshot.threads.at(0).stack.size() == CrashDump::max_stack_bytes);
}

TEST_CASE("PathsAreShownFromTheProjectsFolderOn") {
  std::vector<ThreadStack> stacks(1);
  for (const char* file :
       {"/usr/include/c++/12/functional", "/home/me/shop/pages/cart.hpp", "/home/me/shop/tests/01_pay.cpp"})
    stacks[0].frames.emplace_back().file = file;
  SECTION("where a file is known") {
    shorten_paths(stacks, "tests/01_pay.cpp");
    CHECK(stacks[0].frames[0].file == "/usr/include/c++/12/functional");
    CHECK(stacks[0].frames[1].file == "pages/cart.hpp");
    CHECK(stacks[0].frames[2].file == "tests/01_pay.cpp");
  }
  SECTION("and not elsewhere") {
    for (const char* known :
         {"", "/home/me/shop/tests/01_pay.cpp", "ests/01_pay.cpp", "tests/02_other.cpp"}) {
      shorten_paths(stacks, known);
      CHECK(stacks[0].frames[1].file == "/home/me/shop/pages/cart.hpp");
    }
  }
}
