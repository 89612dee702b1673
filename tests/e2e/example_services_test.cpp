// The example services' tests against a demo backend: in every mode and isolation, with any number of
// workers, several runs at once, and nothing left behind.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <e2e_catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "database/session.hpp"
#include "host_run.hpp"
#include "marked_run.hpp"

using namespace e2e_test;

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> services = {"auth", "orders", "payments", "users"};

/// A demo-backend on free ports, with its database in a folder of its own. Stopped with this.
class DemoBackend {
 public:
  DemoBackend() : project_("") {
    const std::string ports = project_.folder() / "ports.json", database = database_path();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);  // where it says its ports
      ::execl(E2E_DEMO_BACKEND, E2E_DEMO_BACKEND, "--db", database.c_str(), "--ports-file", ports.c_str(),
              "--auth-port", "0", "--users-port", "0", "--orders-port", "0", "--payments-port", "0", nullptr);
      ::_exit(127);
    }
    REQUIRE(comes_true([&] { return fs::exists(ports); }));
    ports_ = nlohmann::json::parse(project_.read("ports.json"));
  }
  DemoBackend(const DemoBackend&) = delete;
  DemoBackend& operator=(const DemoBackend&) = delete;
  ~DemoBackend() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] std::string config() const {
    std::string text = "services:\n";
    for (const auto& service : services) {
      text += "  " + service + ": {base_url: \"http://127.0.0.1:" + ports_.at(service).dump() + "\"}\n";
    }
    return text;
  }

  /// How many rows there are in all tables together: 0 if tests left nothing.
  [[nodiscard]] std::int64_t rows() const {
    return number(
        "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM tokens) + (SELECT count(*) FROM "
        "users) "
        "+ (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_items) "
        "+ (SELECT count(*) FROM idempotency_keys) + (SELECT count(*) FROM payments) "
        "+ (SELECT count(*) FROM refunds)");
  }

  /// In how many tables there have been rows with ids: accounts, users, orders, payments, refunds.
  [[nodiscard]] std::int64_t tables_used() const { return number("SELECT count(*) FROM sqlite_sequence"); }

 private:
  [[nodiscard]] std::string database_path() const { return project_.folder() / "db.sqlite"; }
  [[nodiscard]] std::int64_t number(const std::string& sql) const {
    demo::Session session(database_path(), true);
    auto query = session.query(sql);
    query.next();
    return query.integer(0);
  }

  Project project_;
  pid_t pid_ = -1;
  nlohmann::json ports_;
};

/// How to run the suite.
struct Cell {
  std::string isolation, mode, workers;
};

/// A run under way, in a project of its own.
class ExampleRun {
 public:
  ExampleRun(const DemoBackend& backend, const Cell& cell) : project_(backend.config()) {
    std::vector<std::string> arguments = {"run",     "--isolation", cell.isolation, "--parallel-mode",
                                          cell.mode, "-j",          cell.workers};
    for (const auto& service : services) {
      arguments.insert(arguments.end(), {"--plugins", E2E_EXAMPLE_PLUGINS "/" + service + ".so"});
    }
    host_ = std::make_unique<RunningHost>(project_, arguments);
  }

  HostRun wait() { return host_->wait(); }

 private:
  Project project_;
  std::unique_ptr<RunningHost> host_;
};

void check_passed(const HostRun& run) {
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  for (const auto& test : run.all("test_finished")) {
    INFO(test["test"]);
    CHECK(test["outcome"] == "passed");
  }
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

/// Starts all runs at once, and checks that each passes. What they found.
std::vector<std::string> outcomes_at_once(const DemoBackend& backend, const std::vector<Cell>& cells) {
  std::vector<std::unique_ptr<ExampleRun>> runs;
  for (const auto& cell : cells) runs.push_back(std::make_unique<ExampleRun>(backend, cell));
  std::vector<std::string> outcomes;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    INFO(cells[i].isolation << " " << cells[i].mode << " -j " << cells[i].workers);
    const HostRun run = runs[i]->wait();
    check_passed(run);
    outcomes.push_back(run.outcomes());
  }
  return outcomes;
}

}  // namespace

TEST_CASE("AtLeastFortyTestsOfFourServicesPass") {
  const DemoBackend backend;
  const HostRun run = ExampleRun(backend, {"process", "service", "4"}).wait();
  check_passed(run);
  std::set<std::string> tested;
  const nlohmann::json started = run.all("run_started").at(0);
  for (const auto& test : started["tests"]) {
    const std::string id = test["id"];
    tested.insert(id.substr(0, id.find(':')));
  }
  CHECK(tested == std::set<std::string>(services.begin(), services.end()));
  CHECK(run.all("test_finished").size() >= 40);
  CHECK(backend.tables_used() == 5);
  CHECK(backend.rows() == 0);
}

TEST_CASE("OutcomesAreTheSameInAllCellsWithAnyNumberOfWorkers") {
  const DemoBackend backend;
  std::set<std::string> different;
  for (const char* isolation : {"process", "service", "none"})
    for (const char* mode : {"service", "test"}) {
      std::vector<Cell> cells;
      for (const char* workers : {"0", "1", "2", "8"}) cells.push_back({isolation, mode, workers});
      for (const auto& outcomes : outcomes_at_once(backend, cells)) different.insert(outcomes);
    }
  CHECK(different.size() == 1);
  CHECK(backend.rows() == 0);
}

TEST_CASE("RunsInARowAndTwoAtOnceLeaveNothing") {
  const DemoBackend backend;
  for (int round = 0; round < 10; ++round) {
    INFO("round " << round);
    outcomes_at_once(backend, {{"process", "service", "8"}, {"process", "test", "8"}});
    CHECK(backend.rows() == 0);
  }
}
