#include "command_words.hpp"

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>

using namespace e2e::host;

namespace {

std::string words(const ParallelConfig& parallel, const RunOptions& options = {}, bool verbose = false) {
  std::string all;
  for (const auto& word : command_words(parallel, options, 3, verbose))
    all += (all.empty() ? "" : " ") + word;
  return all;
}

}  // namespace

TEST_CASE("ParallelConfigBecomesItsOptions") {
  CHECK(words({}) == "run --parallel=auto --events-to=3");
  CHECK(words({.enabled = false, .max_workers = 4}) == "run --parallel=0 --events-to=3");
  CHECK(words({.max_workers = 4}) == "run --parallel=4 --events-to=3");
  CHECK(words({.mode = ParallelMode::test, .isolation_level = IsolationLevel::service}) ==
        "run --parallel=auto --parallel-mode=test --isolation=service --events-to=3");
  CHECK(words({.mode = ParallelMode::service, .isolation_level = IsolationLevel::none}) ==
        "run --parallel=auto --parallel-mode=service --isolation=none --events-to=3");
  CHECK(words({.isolation_level = IsolationLevel::process}, {}, true) ==
        "run --parallel=auto --isolation=process --verbose --events-to=3");
}

TEST_CASE("RunOptionsBecomeTheirOptions") {
  RunOptions options;
  options.services = {"users", "auth"};
  options.modules = {"01_a"};
  options.tags = {"smoke"};
  options.excluded_tags = {"slow"};
  options.filters = {"all() - tag(x)"};
  options.names = {"first", "-odd"};
  options.environment = "staging";
  options.settings = {"a.b=c"};
  options.retries = 2;
  options.test_timeout_ms = 5;
  options.run_timeout_ms = 6;
  options.allow_empty = true;
  CHECK(words({}, options) ==
        "run --parallel=auto --service=users --service=auth --module=01_a --tag=smoke --exclude-tag=slow "
        "--filter=all() - tag(x) --environment=staging --set=a.b=c --retries=2 --timeout=5 --run-timeout=6 "
        "--allow-empty "
        "--events-to=3 -- "
        "first -odd");
}

TEST_CASE("PathsStayThoseOfTheCaller") {
  RunOptions options;
  options.config_file = "my.conf";
  options.plugins = {"plugins", "/opt/a.so"};
  const std::string here = std::filesystem::current_path().string();
  CHECK(words({}, options) == "run --parallel=auto --plugins=" + here +
                                  "/plugins --plugins=/opt/a.so --config=" + here + "/my.conf --events-to=3");
}
