#include "selection/last_run.hpp"

#include <stdlib.h>

#include <fstream>

#include "e2e_catch.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A folder of runs.
class Runs {
 public:
  Runs() {
    std::string name = (fs::temp_directory_path() / "e2e-runs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Runs() { fs::remove_all(folder_); }
  void add(const std::string& name, const std::string& journal) const {
    fs::create_directories(folder_ / name);
    std::ofstream(folder_ / name / "events.ndjson", std::ios::binary) << journal;
  }
  [[nodiscard]] std::string last() const {
    return find_last_run(folder_).value_or(fs::path("none")).filename().string();
  }
  [[nodiscard]] std::set<std::string> unfinished(const std::string& name) const {
    return read_run(folder_ / name).unfinished;
  }

 private:
  fs::path folder_;
};

std::string started(const std::string& start, const std::string& tests = "") {
  return R"({"seq":1,"event":"run_started","start_unix_ns":)" + start + R"(,"tests":[)" + tests + "]}\n";
}

std::string finished(const std::string& id, const std::string& outcome, const std::string& reason = "") {
  return R"({"seq":2,"event":"test_finished","test":")" + id + R"(","outcome":")" + outcome +
         (reason.empty() ? "" : R"(","reason":")" + reason) + "\"}\n";
}

}  // namespace

TEST_CASE("LastRunIsTheOneThatStartedLast", "[last_run]") {
  const Runs runs;
  CHECK(runs.last() == "none");
  runs.add("20260101-120000-b", started("200"));
  runs.add("20260101-120000-a", started("300"));
  runs.add("20260101-115959-z", started("100"));
  CHECK(runs.last() == "20260101-120000-a");
  // One that never said which tests it had, and what is no run.
  runs.add("20260101-120001-c", "");
  runs.add("20260101-120001-d", "{\"seq\":1,\"event\":\"run_sta");
  runs.add("20260101-120001-e", "[1]\n");
  CHECK(runs.last() == "20260101-120000-a");
  CHECK_FALSE(find_last_run("/nowhere/at/all"));
}

TEST_CASE("WhatDidNotPassOrFinishIsLeftToBeDone", "[last_run]") {
  const Runs runs;
  const std::string tests =
      R"({"id":"passed"},{"id":"failed"},{"id":"flaky"},{"id":"skipped"},{"id":"waited"},)"
      R"({"id":"not_run"},{"id":"cut_off"})";
  runs.add("a", started("1", tests) + finished("passed", "passed") + finished("failed", "failed") +
                    finished("flaky", "flaky") + finished("skipped", "skipped", "not today") +
                    finished("waited", "skipped", "depends on failed, which failed") +
                    finished("not_run", "not_run") + R"({"event":"test_finished","test":"cut_off","outc)");
  CHECK(runs.unfinished("a") == std::set<std::string>{"failed", "waited", "not_run", "cut_off"});
}

TEST_CASE("JournalThatIsNoneLeavesNothing", "[last_run]") {
  const Runs runs;
  runs.add("a", "\xff\xfe\"test_finished\"\n\n{\"event\":7}\n");
  runs.add("b",
           started("\"x\"", "1,null,{}") + "\"test_finished\"\n{\"event\":\"test_finished\",\"test\":[]}\n");
  CHECK(runs.unfinished("a").empty());
  CHECK(runs.unfinished("b").empty());
  CHECK(runs.last() == "b");
}
