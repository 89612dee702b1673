#include "worker/processes.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

[[noreturn]] void become_sleep() {
  ::execl("/bin/sleep", "sleep", "600", nullptr);
  ::_exit(127);
}

[[noreturn]] void wait_for_ever() {
  for (;;) ::pause();
}

/// Waits until all who hold the other end have let go of it: by exec, or by their end.
void wait_for_end_of(FdPair& pipe) {
  pipe.second.reset();
  char byte = 0;
  while (::read(pipe.first.get(), &byte, 1) > 0 || errno == EINTR) errno = 0;
}

/// A child that is /bin/sleep by the time this returns.
pid_t start_sleep() {
  FdPair execs = make_pipe();
  const pid_t child = ::fork();
  if (child == 0) become_sleep();
  wait_for_end_of(execs);
  return child;
}

/// A child that has a child of its own in another session, both asleep; `grandchild` is told its pid.
pid_t start_family(pid_t& grandchild) {
  FdPair execs = make_pipe(), pids = make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    const pid_t own = ::fork();
    if (own == 0) {
      ::setsid();
      become_sleep();
    }
    (void)!::write(pids.second.get(), &own, sizeof own);
    become_sleep();
  }
  REQUIRE(::read(pids.first.get(), &grandchild, sizeof grandchild) == sizeof grandchild);
  wait_for_end_of(execs);
  return child;
}

bool is_there(pid_t pid) { return ::kill(pid, 0) == 0; }

bool holds(const std::vector<pid_t>& pids, pid_t pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

const auto spare_none = [](pid_t) { return false; };

}  // namespace

TEST_CASE("ChildrenAreFoundAliveOrDead", "[processes]") {
  CHECK(children_of_self().empty());
  const pid_t alive = start_sleep();
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(dead), &ended, WEXITED | WNOWAIT) == 0);
  const auto children = children_of_self();
  CHECK(children.size() == 2);
  CHECK(holds(children, alive));
  CHECK(holds(children, dead));
  // The dead one is reaped, and no news.
  CHECK(kill_children(spare_none) ==
        std::vector<std::string>{"sleep 600 (pid " + std::to_string(alive) + ")"});
  CHECK(children_of_self().empty());
  CHECK_FALSE(is_there(alive));
  CHECK_FALSE(is_there(dead));
}

TEST_CASE("GrandchildInAnotherSessionIsKilledToo", "[processes]") {
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t grandchild = 0;
  const pid_t child = start_family(grandchild);
  CHECK_FALSE(holds(children_of_self(), grandchild));
  const auto killed = kill_children(spare_none);
  CHECK(killed == std::vector<std::string>{"sleep 600 (pid " + std::to_string(child) + ")",
                                           "sleep 600 (pid " + std::to_string(grandchild) + ")"});
  CHECK(children_of_self().empty());
  CHECK_FALSE(is_there(grandchild));
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

TEST_CASE("WhoIsSparedLives", "[processes]") {
  const pid_t spared = start_sleep(), other = start_sleep();
  CHECK(kill_children([spared](pid_t pid) { return pid == spared; }).size() == 1);
  CHECK(children_of_self() == std::vector<pid_t>{spared});
  CHECK(is_there(spared));
  CHECK_FALSE(is_there(other));
  CHECK(kill_children(spare_none).size() == 1);
}

TEST_CASE("StoppedChildIsKilledToo", "[processes]") {
  const pid_t child = start_sleep();
  ::kill(child, SIGSTOP);
  int status = 0;
  REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));
  CHECK(kill_children(spare_none).size() == 1);
  CHECK_FALSE(is_there(child));
}

TEST_CASE("ForkedCopyIsDescribedAsOne", "[processes]") {
  const pid_t child = ::fork();
  if (child == 0) wait_for_ever();
  CHECK(describe_process(child) == "a forked copy of its process (pid " + std::to_string(child) + ")");
  CHECK(kill_children(spare_none).size() == 1);
}

TEST_CASE("CommandLineOfAStrangerIsShownHarmlessAndShort", "[processes]") {
  FdPair execs = make_pipe();
  const std::string hostile = "\x1b[31m\nred\xff" + std::string(10'000, 'x');
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", hostile.c_str(), "600", nullptr);
    ::_exit(127);
  }
  wait_for_end_of(execs);
  const std::string text = describe_process(child);
  CHECK(text.rfind("\\x1B[31m red\\xFFxxx", 0) == 0);
  CHECK(text.find_first_of("\x1b\n\xff") == std::string::npos);
  CHECK(text.size() < 300);
  kill_children(spare_none);
}

TEST_CASE("ProcessesOfARunAreKilledByItsName", "[processes]") {
  const std::string run_id = "unit-" + std::to_string(::getpid());
  FdPair execs = make_pipe();
  const auto start = [](const std::string& id) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("E2E_RUN_ID", id.c_str(), 1);
      become_sleep();
    }
    return child;
  };
  const pid_t one = start(run_id), longer = start(run_id + "9"), other = start("other");
  wait_for_end_of(execs);
  kill_processes_of_run(run_id);
  int status = 0;
  REQUIRE(::waitpid(one, &status, 0) == one);
  CHECK(WIFSIGNALED(status));
  CHECK(::waitpid(longer, &status, WNOHANG) == 0);
  CHECK(::waitpid(other, &status, WNOHANG) == 0);
  CHECK(kill_children(spare_none).size() == 2);
}
