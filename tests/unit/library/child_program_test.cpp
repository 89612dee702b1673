#include "child_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <e2e_catch.hpp>
#include <stdexcept>
#include <string>
#include <system_error>

using namespace e2e::host;

namespace {

struct Heard {
  std::string events, errors;
  ChildEnd end;
};

Heard run_shell(const std::string& script) {
  Heard heard;
  heard.end = run_child(
      {{"/bin/sh", "-c", script}, "/", false}, [&](std::string_view text) { heard.events += text; },
      [&](std::string_view text) { heard.errors += text; });
  return heard;
}

}  // namespace

TEST_CASE("BothStreamsAndTheExitCodeArrive") {
  const Heard heard = run_shell("echo event >&3; echo error >&2; echo lost; exit 7");
  CHECK(heard.events == "event\n");
  CHECK(heard.errors == "error\n");
  CHECK(heard.end.exit_code == 7);
}

TEST_CASE("MoreThanPipesHoldArrivesWhole") {
  const Heard heard = run_shell("head -c 1000000 /dev/zero >&3; head -c 1000000 /dev/zero >&2");
  CHECK(heard.events.size() == 1000000);
  CHECK(heard.errors.size() == 1000000);
}

TEST_CASE("AKilledChildEndsWithItsSignal") {
  CHECK(run_shell("kill -SEGV $$").end.exit_code == 128 + SIGSEGV);
}

TEST_CASE("WhoeverOutlivesTheChildHoldsNobodyUp") {
  const Heard heard = run_shell("sleep 1000 & echo $! >&3");
  CHECK(heard.end.exit_code == 0);
  ::kill(std::stoi(heard.events), SIGKILL);
}

TEST_CASE("TheChildHasDefaultSignalsAndNoOtherDescriptor") {
  const int open_here = ::open("/dev/null", O_RDONLY);  // without close-on-exec
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = ::signal(SIGPIPE, SIG_IGN);
  const Heard heard =
      run_shell("ls /proc/self/fd | tr '\\n' ' ' >&3; grep -E 'Sig(Blk|Ign)' /proc/self/status >&2");
  ::signal(SIGPIPE, old);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(open_here);
  // 4 is the folder that ls reads.
  CHECK((heard.events == "0 1 2 3 4 " || heard.events == "0 1 2 3 "));
  CHECK(heard.errors.find("SigBlk:\t0000000000000000\n") != std::string::npos);
  const size_t ignored = heard.errors.find("SigIgn:\t");
  REQUIRE(ignored != std::string::npos);
  CHECK((std::stoull(heard.errors.substr(ignored + 8), nullptr, 16) >> (SIGPIPE - 1) & 1) == 0);
}

TEST_CASE("WhoIsReapedBySomebodyElseHasNoExitCode") {
  const auto old = ::signal(SIGCHLD, SIG_IGN);
  const Heard heard = run_shell("echo event >&3; exit 7");
  ::signal(SIGCHLD, old);
  CHECK(heard.events == "event\n");
  CHECK_FALSE(heard.end.exit_code.has_value());
}

TEST_CASE("AProgramThatIsNotThereSaysSo") {
  CHECK_THROWS_AS(run_child(
                      {{"/nowhere/e2e-host"}, "/", false}, [](std::string_view) {}, [](std::string_view) {}),
                  std::system_error);
}

TEST_CASE("AListenerThatThrowsStopsTheChild") {
  const auto fail = [](std::string_view) { throw std::runtime_error("enough"); };
  // It would never end by itself; the exception comes through once it is gone.
  CHECK_THROWS_WITH(run_child({{"/bin/sh", "-c", "echo event >&3; exec sleep 1000"}, "/", false}, fail, fail),
                    "enough");
}
