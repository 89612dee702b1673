#include "run/once_table.hpp"

#include <optional>
#include <string>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

/// "worker key rc json" or "worker key run" of each reply.
std::string told(const std::vector<OnceTable::Reply>& replies) {
  std::string text;
  for (const auto& reply : replies) {
    text += (text.empty() ? "" : ", ") + std::to_string(reply.worker) + " " + reply.key + " ";
    text += reply.result ? std::to_string(reply.result->rc) + " " + reply.result->json : "run";
  }
  return text;
}

std::string told(const std::optional<OnceTable::Reply>& reply) {
  return reply ? told(std::vector{*reply}) : "waits";
}

}  // namespace

TEST_CASE("FirstWhoAsksRunsItTheOthersWaitAndGetItsResult", "[once_table]") {
  OnceTable table;
  CHECK(told(table.ask("s", "k", 1)) == "1 k run");
  CHECK(told(table.ask("s", "k", 2)) == "waits");
  CHECK(told(table.ask("s", "k", 3)) == "waits");
  CHECK(told(table.finish("s", "k", 1, {0, "42"})) == "2 k 0 42, 3 k 0 42");
  CHECK(told(table.ask("s", "k", 4)) == "4 k 0 42");
  CHECK(told(table.ask("s", "k", 1)) == "1 k 0 42");
}

TEST_CASE("FailureIsAResultToo", "[once_table]") {
  OnceTable table;
  table.ask("s", "k", 1);
  table.ask("s", "k", 2);
  CHECK(told(table.finish("s", "k", 1, {3, ""})) == "2 k 3 ");
  CHECK(told(table.ask("s", "k", 3)) == "3 k 3 ");
}

TEST_CASE("FixturesOfOtherNamesAndServicesAreTheirOwn", "[once_table]") {
  OnceTable table;
  CHECK(told(table.ask("s", "k", 1)) == "1 k run");
  CHECK(told(table.ask("s", "other", 2)) == "2 other run");
  CHECK(told(table.ask("t", "k", 3)) == "3 k run");
  CHECK(table.finish("t", "k", 3, {0, "1"}).empty());
  CHECK(told(table.ask("s", "k", 4)) == "waits");
}

TEST_CASE("WhenItsRunnerDiesTheNextOneThatWaitsRunsIt", "[once_table]") {
  OnceTable table;
  table.ask("s", "k", 1);
  table.ask("s", "k", 2);
  table.ask("s", "k", 3);
  CHECK(told(table.worker_gone(1)) == "2 k run");
  CHECK(told(table.worker_gone(2)) == "3 k run");
  CHECK(table.worker_gone(3).empty());
  CHECK(told(table.ask("s", "k", 4)) == "4 k run");
}

TEST_CASE("WorkerThatIsGoneWaitsNoMore", "[once_table]") {
  OnceTable table;
  table.ask("s", "k", 1);
  table.ask("s", "k", 2);
  table.ask("s", "k", 3);
  CHECK(table.worker_gone(2).empty());
  CHECK(told(table.worker_gone(1)) == "3 k run");
  CHECK(table.finish("s", "k", 3, {0, "1"}).empty());
}

TEST_CASE("ResultOutlivesTheWorkerThatMadeIt", "[once_table]") {
  OnceTable table;
  table.ask("s", "k", 1);
  table.finish("s", "k", 1, {0, "42"});
  CHECK(table.worker_gone(1).empty());
  CHECK(told(table.ask("s", "k", 2)) == "2 k 0 42");
}

TEST_CASE("OnlyItsRunnerSaysHowItWentAndOnlyOnce", "[once_table]") {
  OnceTable table;
  CHECK(table.finish("s", "k", 1, {0, "forged"}).empty());
  CHECK(told(table.ask("s", "k", 1)) == "1 k run");
  table.ask("s", "k", 2);
  CHECK(table.finish("s", "k", 2, {0, "forged"}).empty());
  CHECK(told(table.finish("s", "k", 1, {0, "true"})) == "2 k 0 true");
  CHECK(table.finish("s", "k", 1, {0, "again"}).empty());
  CHECK(told(table.ask("s", "k", 3)) == "3 k 0 true");
}

TEST_CASE("WorkerThatRanSeveralLeavesAllOfThem", "[once_table]") {
  OnceTable table;
  table.ask("s", "a", 1);
  table.ask("s", "b", 1);
  table.ask("s", "a", 2);
  table.ask("s", "b", 3);
  CHECK(told(table.worker_gone(1)) == "2 a run, 3 b run");
}
