#include "stacks/stack_reader.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <e2e_catch.hpp>
#include <memory>
#include <thread>

#include "base/unique_fd.hpp"
#include "stacks/crash_dump.hpp"
#include "stacks/traced_process.hpp"

using namespace e2e::host;

namespace {

std::unique_ptr<CrashDump> dumped;

void on_signal(int, siginfo_t*, void* context) {
  write_crash_dump(*dumped, *static_cast<const ucontext_t*>(context));
}

struct sigaction handling() {
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO;
  return action;
}

[[gnu::noinline]] void raises_a_signal() {
  ::raise(SIGUSR1);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

[[gnu::always_inline]] inline void is_inlined_and_raises() { raises_a_signal(); }

/// What a signal handler finds of this thread.
Snapshot snapshot_at_a_signal() {
  dumped = std::make_unique<CrashDump>();
  const struct sigaction action = handling();
  struct sigaction before {};
  ::sigaction(SIGUSR1, &action, &before);
  is_inlined_and_raises();
  ::sigaction(SIGUSR1, &before, nullptr);
  return read_crash_dump(*dumped);
}

const StackFrame* find(const ThreadStack& stack, const std::string& part) {
  for (const StackFrame& frame : stack.frames)
    if (frame.function.find(part) != std::string::npos) return &frame;
  return nullptr;
}

[[gnu::noinline]] void waits_for(int fd, int told) {
  char byte = 0;
  (void)!::write(told, &byte, 1);
  (void)!::read(fd, &byte, 1);
}

/// A child with two threads that wait for its parent.
struct WaitingChild {
  WaitingChild() {
    FdPair told = make_pipe();
    pid = ::fork();
    if (pid == 0) {
      life.second.reset();
      std::thread other([this, &told] { waits_for(life.first.get(), told.second.get()); });
      waits_for(life.first.get(), told.second.get());
      ::_exit(0);
    }
    char bytes[2];
    for (int i = 0; i < 2; ++i) (void)!::read(told.first.get(), bytes, 1);
  }
  ~WaitingChild() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  FdPair life = make_pipe();
  pid_t pid = -1;
};

}  // namespace

TEST_CASE("AStackHasNamesFilesLinesAndInlinedFunctions") {
  StackReader reader;
  const auto stacks = reader.read(snapshot_at_a_signal());
  REQUIRE(stacks.size() == 1);
  CHECK(stacks[0].tid == ::gettid());
  const StackFrame* raises = find(stacks[0], "raises_a_signal");
  REQUIRE(raises != nullptr);
  CHECK(raises->file.ends_with("stack_reader_test.cpp"));
  CHECK(raises->line > 30);
  CHECK_FALSE(raises->is_inlined);
  const StackFrame* inlined = find(stacks[0], "is_inlined_and_raises");
  REQUIRE(inlined != nullptr);
  CHECK(inlined->is_inlined);
  CHECK(find(stacks[0], "snapshot_at_a_signal") != nullptr);
}

TEST_CASE("AReaderGivesTheSameAnswerAgain") {
  StackReader reader;
  const Snapshot snapshot = snapshot_at_a_signal();
  const auto first = reader.read(snapshot), again = reader.read(snapshot);
  REQUIRE(first[0].frames.size() == again[0].frames.size());
  for (size_t i = 0; i < first[0].frames.size(); ++i)
    CHECK(first[0].frames[i].function == again[0].frames[i].function);
}

TEST_CASE("ACallOfNullIsShownWithItsCaller") {
  Snapshot snapshot = snapshot_at_a_signal();
  ThreadSnapshot& thread = snapshot.threads[0];
  // As if the interrupted code had been called through a null pointer just then.
  const uint64_t caller = reinterpret_cast<uint64_t>(&raises_a_signal) + 4;
#if defined(__x86_64__)
  thread.registers.values[Registers::stack_pointer] -= 8;
  REQUIRE(thread.registers.sp() >= thread.stack_start);
  std::memcpy(thread.stack.data() + (thread.registers.sp() - thread.stack_start), &caller, sizeof caller);
#else
  thread.registers.values[Registers::link] = caller;
#endif
  thread.registers.values[Registers::program_counter] = 0;
  const auto stacks = StackReader().read(snapshot);
  REQUIRE(stacks[0].frames.size() >= 2);
  CHECK(stacks[0].frames[0].function == "0x0");
  CHECK(stacks[0].frames[1].function.find("raises_a_signal") != std::string::npos);
}

TEST_CASE("WhateverAProcessLeftBehindAReaderComesToAnEnd") {
  StackReader reader;
  Snapshot snapshot = snapshot_at_a_signal();
  SECTION("no stack") {
    snapshot.threads[0].stack.clear();
    CHECK_FALSE(reader.read(snapshot)[0].frames.empty());
  }
  SECTION("a stack of garbage") {
    for (char& byte : snapshot.threads[0].stack) byte = static_cast<char>(0xA5);
    CHECK_FALSE(reader.read(snapshot)[0].frames.empty());
  }
  SECTION("no maps") {
    snapshot.maps.clear();
    CHECK(reader.read(snapshot).size() == 1);
  }
  SECTION("maps of files that are none") {
    snapshot.maps = "1000-7fffffffffff r-xp 00000000 fe:01 5 /dev/zero\n";
    CHECK(reader.read(snapshot).size() == 1);
  }
  SECTION("no registers") {
    snapshot.threads[0].registers = {};
    CHECK(reader.read(snapshot).size() == 1);
  }
  SECTION("no threads") {
    snapshot.threads.clear();
    CHECK(reader.read(snapshot).empty());
  }
}

TEST_CASE("AllThreadsOfALivingProcessAreRead") {
  const WaitingChild child;
  const Snapshot snapshot = snapshot_of_process(child.pid, ::getpid());
  const auto stacks = StackReader().read(snapshot);
  REQUIRE(stacks.size() == 2);
  CHECK(stacks[0].tid == child.pid);
  for (const ThreadStack& stack : stacks) CHECK(find(stack, "waits_for") != nullptr);
  // It goes on.
  CHECK(::kill(child.pid, 0) == 0);
  CHECK(::waitpid(child.pid, nullptr, WNOHANG) == 0);
}

TEST_CASE("AProcessOfSomebodyElseIsLeftAlone") {
  const WaitingChild child;
  CHECK_THROWS_WITH(snapshot_of_process(child.pid, ::getpid() + 1), "it had ended");
  CHECK(::waitpid(child.pid, nullptr, WNOHANG) == 0);
}

TEST_CASE("ASnapshotOfNobodySaysWhy") {
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  CHECK_THROWS_WITH(snapshot_of_process(gone, ::getpid()), "it had ended");
}
