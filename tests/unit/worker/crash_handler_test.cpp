#include "worker/crash_handler.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

/// How a process ends that has the slot's handlers and does that: a wait status.
int end_of_worker(SlotBlock& block, const std::function<void()>& act) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    install_crash_handler(block);
    act();
    ::_exit(7);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return status;
}

bool ends_with(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

}  // namespace

TEST_CASE("TermOfAWishToStopIsSeen", "[crash_handler]") {
  SlotMemory memory("unit-test");
  SlotBlock& block = memory.block(0);
  block.reset();
  CHECK(ends_with(end_of_worker(block,
                                [&] {
                                  block.wish_to_stop();
                                  ::raise(SIGTERM);
                                }),
                  7));
  CHECK(block.term_seen == 1);
}

TEST_CASE("WorkerThatLeftDoesNotTouchTheSlotOfTheNextOne", "[crash_handler]") {
  SlotMemory memory("unit-test");
  SlotBlock& block = memory.block(0);
  block.reset();
  block.phase = 1;
  SECTION("it is asked to stop, while the next one is") {
    const int status = end_of_worker(block, [&] {
      leave_slot();
      block.wish_to_stop();
      ::raise(SIGTERM);
    });
    CHECK(ends_with(status, 7));
  }
  SECTION("it crashes") {
    const int status = end_of_worker(block, [] {
      leave_slot();
      ::raise(SIGSEGV);
    });
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV));
  }
  SECTION("it calls exit()") {
    const int status = end_of_worker(block, [] {
      leave_slot();
      ::exit(3);
    });
    CHECK(ends_with(status, 3));
  }
  CHECK(block.term_seen == 0);
  CHECK(block.crash.signal == 0);
  CHECK(block.dump.is_there == 0);
  CHECK(block.exit_note == ExitNote::none);
}
