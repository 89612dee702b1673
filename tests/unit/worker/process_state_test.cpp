#include "worker/process_state.hpp"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <e2e_catch.hpp>
#include <filesystem>

using namespace e2e::host;

namespace {

mode_t current_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

bool is_blocked(int number) {
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  return ::sigismember(&blocked, number) == 1;
}

}  // namespace

TEST_CASE("WhatATestChangesOfItsProcessIsPutBack") {
  ::setenv("E2E_STATE_KEPT", "a=b", 1);
  ::unsetenv("E2E_STATE_NEW");
  ProcessState state = ProcessState::now();
  const auto folder = std::filesystem::current_path();
  const mode_t mask = current_umask();
  const std::string locale = ::setlocale(LC_ALL, nullptr);
  struct sigaction term_before {};
  ::sigaction(SIGTERM, nullptr, &term_before);

  REQUIRE(::chdir("/") == 0);
  ::setenv("E2E_STATE_NEW", "1", 1);
  ::setenv("E2E_STATE_KEPT", "other", 1);
  ::umask(mask ^ 022);
  ::setlocale(LC_ALL, "C.UTF-8");
  ::signal(SIGTERM, SIG_IGN);
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  state.put_back();

  CHECK(std::filesystem::current_path() == folder);
  CHECK(std::string(::getenv("E2E_STATE_KEPT")) == "a=b");
  CHECK(::getenv("E2E_STATE_NEW") == nullptr);
  CHECK(current_umask() == mask);
  CHECK(std::string(::setlocale(LC_ALL, nullptr)) == locale);
  struct sigaction term {};
  ::sigaction(SIGTERM, nullptr, &term);
  CHECK(term.sa_handler == term_before.sa_handler);
  CHECK_FALSE(is_blocked(SIGUSR1));
}

TEST_CASE("AnEnvironmentThatIsGoneIsPutBack") {
  ::setenv("E2E_STATE_KEPT", "still here", 1);
  ProcessState state = ProcessState::now();
  ::clearenv();
  state.put_back();
  REQUIRE(::getenv("E2E_STATE_KEPT") != nullptr);
  CHECK(std::string(::getenv("E2E_STATE_KEPT")) == "still here");
}
