// demo-backend: the services that the example tests test.

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>

#include "backend.hpp"
#include "options.hpp"

namespace {

constexpr int exit_failure = 1;

// Before there are threads, so that none of them is picked to take the signal.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void serve_until_signal(const demo::Options& options, const sigset_t& stop_signals) {
  demo::Backend backend(options);
  const auto ports = backend.ports();
  for (const demo::ServiceOptions& served : options.services) {
    const std::string name(demo::name_of(served.service));
    fmt::print("{:<10} http://127.0.0.1:{}\n", name, ports.at(name));
  }
  std::fflush(stdout);
  int received = 0;
  sigwait(&stop_signals, &received);
  // A second signal ends a stop that takes too long.
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);
  backend.stop();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = demo::parse_options(argc, argv);
    if (const auto* end = std::get_if<demo::EndNow>(&parsed)) return end->exit_code;
    serve_until_signal(std::get<demo::Options>(parsed), block_stop_signals());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "demo-backend: error: {}\n", error.what());
    return exit_failure;
  }
}
