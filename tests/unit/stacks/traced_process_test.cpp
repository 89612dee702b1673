#include "stacks/traced_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

/// A process with some threads, which does nothing until it is killed.
pid_t start_victim() {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  for (int i = 0; i < 3; ++i)
    std::thread([] {
      while (true) ::pause();
    }).detach();
  while (true) ::pause();
}

/// Takes stacks of the processes whose numbers it is sent, as children of `parent`, and answers with a byte.
[[noreturn]] void trace_all(int in, int out, pid_t parent) {
  for (pid_t pid = 0; ::read(in, &pid, sizeof pid) == sizeof pid;) {
    try {
      (void)snapshot_of_process(pid, parent);
    } catch (const std::runtime_error&) {
      // It was dead.
    }
    (void)!::write(out, "", 1);
  }
  ::_exit(0);
}

bool is_readable_within(int fd, int ms) {
  pollfd source{fd, POLLIN, 0};
  return ::poll(&source, 1, ms) == 1;
}

bool ends_within(pid_t pid, int ms) {
  for (int i = 0; i < ms; ++i) {
    if (::waitpid(pid, nullptr, WNOHANG) == pid) return true;
    ::usleep(1000);
  }
  return false;
}

}  // namespace

// A zombie that is still traced is hidden from its parent, which would wait for it for ever.
TEST_CASE("AProcessThatIsKilledWhileItsStacksAreTakenIsLeftToItsParent") {
  int orders[2], answers[2];
  REQUIRE(::pipe(orders) == 0);
  REQUIRE(::pipe(answers) == 0);
  const pid_t self = ::getpid();
  const pid_t tracer = ::fork();
  if (tracer == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(orders[1]);
    trace_all(orders[0], answers[1], self);
  }
  ::close(orders[0]);
  ::close(answers[1]);
  std::minstd_rand random(20261127);
  bool are_all_well = true;
  for (int round = 0; round < 300 && are_all_well; ++round) {
    const pid_t victim = start_victim();
    REQUIRE(victim > 0);
    REQUIRE(::write(orders[1], &victim, sizeof victim) == sizeof victim);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 1500));
    ::kill(victim, SIGKILL);
    char answer = 0;
    are_all_well = is_readable_within(answers[0], 30'000) && ::read(answers[0], &answer, 1) == 1 &&
                   ends_within(victim, 30'000);
    INFO("round " << round);
    CHECK(are_all_well);
  }
  ::close(orders[1]);
  ::kill(tracer, SIGKILL);
  ::waitpid(tracer, nullptr, 0);
  ::close(answers[0]);
}
