// Runs a project's end-to-end tests while a thread of this program does something else.
//
//   run_from_code PROJECT [WORKERS]
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <e2e-host/run_tests.hpp>

namespace {

// Stands for what a program does besides: a server's thread, a user interface, ...
class BusyThread {
 public:
  BusyThread() : thread_([this] { work(); }) {}
  ~BusyThread() { end(); }
  BusyThread(const BusyThread&) = delete;
  BusyThread& operator=(const BusyThread&) = delete;

  unsigned long end() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
    return rounds_;
  }

 private:
  void work() {
    while (!is_over_) {
      ++rounds_;
      std::this_thread::yield();
    }
  }

  std::atomic<bool> is_over_{false};
  std::atomic<unsigned long> rounds_{0};
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: run_from_code PROJECT [WORKERS]\n");
    return 2;
  }
  e2e::host::ParallelConfig config{.enabled = true, .mode = e2e::host::ParallelMode::service};
  if (argc > 2) config.max_workers = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));

  BusyThread other_work;
  bool all_ok = true;
  try {
    const auto results = e2e::host::run_tests_parallel(argv[1], config);
    for (const auto& [service, result] : results) {
      std::printf("%s: %u/%u passed\n", service.c_str(), result.passed, result.total);
      for (const auto& test : result.tests)
        if (test.outcome == e2e::host::TestOutcome::failed)
          std::printf("  %s: %s\n", test.id.c_str(),
                      (test.failure.empty() ? test.reason : test.failure).c_str());
      all_ok = all_ok && result.is_ok();
    }
  } catch (const e2e::host::RunError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code() > 0 ? error.exit_code() : 4;
  }
  std::printf("meanwhile: %s\n", other_work.end() > 0 ? "other work went on" : "nothing");
  return all_ok ? 0 : 1;
}
