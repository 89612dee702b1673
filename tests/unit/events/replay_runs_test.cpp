#include "events/replay_runs.hpp"

#include <unistd.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "events/event_json.hpp"
#include "events/journal.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("e2e-replay-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] JournalFile write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return {path / name, name};
  }
};

/// A run that started at that second, in which tests of those names came to those outcomes, in an attempt
/// each.
std::string run_text(int64_t second, const std::vector<std::pair<std::string, Outcome>>& tests,
                     int exit_code) {
  RunStarted run;
  run.run_id = "run" + std::to_string(second);
  run.start_unix_ns = second * 1'000'000'000;
  run.workers = 2;
  for (const auto& [name, outcome] : tests) {
    TestInfo& test = run.tests.emplace_back();
    test = {"a::m::" + name, "a", "m", name, "m.cpp", static_cast<uint32_t>(name[0]), {}, "", {}, 0, 1};
  }
  EventWriter writer;
  uint64_t sequence = 0;
  std::string text;
  const auto add = [&](decltype(Event::fact) fact) {
    ++sequence;
    text += writer.line({sequence, static_cast<int64_t>(sequence) * 1'000'000'000, std::move(fact)}) + "\n";
  };
  add(run);
  RunFinished finished;
  for (uint32_t i = 0; i < tests.size(); ++i) {
    ++count_of(finished, tests[i].second);
    if (tests[i].second == Outcome::not_run) {
      add(TestFinished{i, Outcome::not_run, 0, "stopped"});
      continue;
    }
    add(AttemptStarted{i, 1, 1, 1});
    AttemptFinished attempt;
    attempt.test = i;
    attempt.worker = attempt.slot = 1;
    attempt.start_ns = static_cast<int64_t>(sequence) * 1'000'000'000;
    attempt.duration_ns = 1'000'000'000;
    attempt.status = tests[i].second == Outcome::passed    ? Status::passed
                     : tests[i].second == Outcome::skipped ? Status::skipped
                                                           : Status::failed;
    add(attempt);
    add(TestFinished{i, tests[i].second, 1, ""});
  }
  finished.exit_code = exit_code;
  finished.work_ns = 1'000'000'000;
  add(finished);
  return text;
}

struct Result {
  Replayed replayed;
  std::vector<Event> events;
  template <typename Fact>
  [[nodiscard]] std::vector<Fact> all() const {
    std::vector<Fact> found;
    for (const Event& event : events)
      if (const auto* fact = std::get_if<Fact>(&event.fact)) found.push_back(*fact);
    return found;
  }
  /// "a passed 1, b failed 2"
  [[nodiscard]] std::string outcomes() const {
    std::string text;
    for (const auto& each : all<TestFinished>())
      text += (text.empty() ? "" : ", ") + all<RunStarted>().at(0).tests.at(each.test).name + " " +
              std::string(to_string(each.outcome)) + " " + std::to_string(each.attempts);
    return text;
  }
};

Result replay(const std::vector<JournalFile>& files) {
  Result result;
  result.replayed = replay_runs(files, [&](const Event& event) { result.events.push_back(event); });
  return result;
}

std::string refusal(const JournalFile& file, ExitCode code) {
  try {
    replay({file});
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == code);
    return fatal.what();
  }
  return "";
}

}  // namespace

TEST_CASE("ShardsAreOneRunInCanonicalOrder") {
  const Folder folder;
  const auto one = folder.write("1", run_text(100, {{"a", Outcome::passed}, {"c", Outcome::failed}}, 1));
  const auto two = folder.write("2", run_text(101, {{"b", Outcome::passed}, {"d", Outcome::skipped}}, 0));
  const Result merged = replay({two, one});
  CHECK(merged.outcomes() == "a passed 1, b passed 1, c failed 1, d skipped 1");
  CHECK(merged.replayed.exit_code == 1);
  const RunStarted run = merged.all<RunStarted>().at(0);
  CHECK(run.run_id == "run100+run101");
  CHECK(run.workers == 4);
  // Their workers and slots are not the same ones, and one began a second after the other.
  const auto attempts = merged.all<AttemptFinished>();
  CHECK(attempts.at(0).slot == 1);
  CHECK(attempts.at(2).slot == 3);
  CHECK(attempts.at(2).worker == 3);
  CHECK(attempts.at(2).start_ns == attempts.at(0).start_ns + 1'000'000'000);
  const RunFinished end = merged.all<RunFinished>().at(0);
  CHECK(end.passed == 2);
  CHECK(end.failed == 1);
  CHECK(end.work_ns == 2'000'000'000);
}

TEST_CASE("RerunsAreLaterAttempts") {
  const Folder folder;
  const auto one = folder.write(
      "1", run_text(100, {{"a", Outcome::passed}, {"b", Outcome::failed}, {"c", Outcome::failed}}, 1));
  const auto two = folder.write("2", run_text(90'000, {{"b", Outcome::passed}, {"c", Outcome::failed}}, 1));
  const Result merged = replay({one, two});
  CHECK(merged.outcomes() == "a passed 1, b flaky 2, c failed 2");
  CHECK(merged.replayed.exit_code == 1);
  CHECK(merged.all<AttemptFinished>().at(3).attempt == 2);
  // Without the day between them.
  CHECK(merged.all<RunFinished>().at(0).duration_ns < 60'000'000'000);
  const auto three = folder.write("3", run_text(90'100, {{"c", Outcome::passed}}, 0));
  CHECK(replay({one, two, three}).replayed.exit_code == 0);
}

TEST_CASE("WhatOneRunLeftUndoneAnotherMayHaveDone") {
  const Folder folder;
  const auto one = folder.write("1", run_text(100, {{"a", Outcome::passed}, {"b", Outcome::not_run}}, 130));
  CHECK(replay({one}).replayed.exit_code == 130);
  const auto two = folder.write("2", run_text(200, {{"b", Outcome::passed}}, 0));
  const Result merged = replay({one, two});
  CHECK(merged.outcomes() == "a passed 1, b passed 1");
  CHECK(merged.replayed.exit_code == 0);
  const auto three = folder.write("3", run_text(200, {{"a", Outcome::not_run}}, 130));
  CHECK(replay({one, three}).replayed.exit_code == 130);
  CHECK(replay({one, three}).outcomes() == "a passed 1, b not_run 0");
}

TEST_CASE("ASkipDoesNotHideAFailure") {
  const Folder folder;
  const auto one = folder.write("1", run_text(100, {{"a", Outcome::failed}}, 1));
  const auto two = folder.write("2", run_text(200, {{"a", Outcome::skipped}}, 0));
  CHECK(replay({one, two}).outcomes() == "a failed 2");
  CHECK(replay({one, two}).replayed.exit_code == 1);
}

TEST_CASE("TroubleOfOneIsTroubleOfAll") {
  const Folder folder;
  const auto one = folder.write("1", run_text(100, {{"a", Outcome::passed}}, 4));
  const auto two = folder.write("2", run_text(200, {{"a", Outcome::passed}}, 0));
  CHECK(replay({one, two}).replayed.exit_code == 4);
}

TEST_CASE("AJournalThatIsGivenTwiceCountsOnce") {
  const Folder folder;
  const auto one = folder.write("1", run_text(100, {{"a", Outcome::passed}}, 0));
  CHECK(replay({one, one}).outcomes() == "a passed 1");
}

TEST_CASE("JournalCutAnywhereIsReplayed") {
  const Folder folder;
  const std::string text = run_text(100, {{"a", Outcome::passed}, {"b", Outcome::failed}}, 1);
  const size_t first_line = text.find('\n');
  for (size_t length = 0; length <= text.size(); ++length) {
    CAPTURE(length);
    const auto file = folder.write("cut", text.substr(0, length));
    if (length <= first_line) {
      CHECK_THROWS_AS(replay({file}), Fatal);
      continue;
    }
    const Result result = replay({file});
    REQUIRE(result.all<TestFinished>().size() == 2);
    REQUIRE(result.all<RunFinished>().size() == 1);
    CHECK(result.all<Trouble>().empty());
    const bool is_whole = length + 1 >= text.size();
    CHECK(result.replayed.exit_code == (is_whole ? 1 : 4));
    CHECK(result.all<RunFinished>()[0].is_cut_off != is_whole);
  }
}

TEST_CASE("WhatIsNoJournalIsRefusedByName") {
  const Folder folder;
  CHECK(
      refusal(folder.write("empty", ""), ExitCode::infrastructure) ==
      "error: the journal empty does not say which tests its run has: the run ended, or is, before its first "
      "test\nhint: run again");
  CHECK(refusal(folder.write("text", "hello\n"), ExitCode::usage) ==
        "error: text is no journal of a run: line 1: it is no JSON object\nhint: a run's journal is "
        "events.ndjson in "
        "its folder");
  CHECK(refusal({folder.path / "none", "none"}, ExitCode::usage) ==
        "error: the journal " + (folder.path / "none").string() +
            " can't be read: No such file or directory");
  CHECK(refusal({folder.path, "folder"}, ExitCode::usage).find("it is no regular file") != std::string::npos);
}

TEST_CASE("ARunWhoseHostLivesIsGoingOn") {
  const Folder folder;
  const fs::path file = folder.path / "live.ndjson";
  Journal journal(file);
  RunStarted run;
  run.tests.emplace_back().id = "a::m::a";
  journal.append({{1, 0, run}});
  CHECK(replay({{file, "live"}}).replayed.going_on == std::vector<std::string>{"live"});
}
