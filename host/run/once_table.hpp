#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace e2e::host {

/// The once_per_run fixtures of a run: each runs in the first worker that asks; the rest wait and get its
/// result. If that worker dies before it says how it went, the next one that waits runs it.
class OnceTable {
 public:
  struct Result {
    int32_t rc = 0;  ///< E2E_PASS or E2E_ERROR
    std::string json;
  };
  /// What to tell a worker: a result, or nothing: run it yourself.
  struct Reply {
    uint32_t worker = 0;
    std::string key;  ///< of the fixture, as the worker named it
    std::optional<Result> result;
  };

  /// A worker asks. nullopt: it waits; a reply comes from finish() or worker_gone().
  std::optional<Reply> ask(const std::string& service, const std::string& key, uint32_t worker);
  /// A worker says how it went; replies for those that wait. Ignored from a worker that was not to run it.
  std::vector<Reply> finish(const std::string& service, const std::string& key, uint32_t worker,
                            Result result);
  /// A worker is gone, and with it what it ran or waited for.
  std::vector<Reply> worker_gone(uint32_t worker);

 private:
  struct Fixture {
    std::optional<uint32_t> runner;
    std::optional<Result> result;
    std::vector<uint32_t> waiting;
  };
  std::map<std::pair<std::string, std::string>, Fixture> fixtures_;
};

}  // namespace e2e::host
