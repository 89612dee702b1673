#include "report/time_left.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>

#include "report/slow_tests.hpp"
#include "sample_run.hpp"

using namespace e2e::host;

namespace {

const std::vector<std::string> four = {"a::m::t1", "a::m::t2", "a::m::t3", "a::m::t4"};

void pass(Reporter& reporter, uint32_t test, int64_t duration_ms, Status status = Status::passed) {
  AttemptFinished finished = sample_attempt(test, status);
  finished.duration_ns = duration_ms * kMs;
  reporter.on_event({1, 0, finished});
}

/// A file in a folder of its own.
struct DurationsFile {
  DurationsFile() {
    std::string name = (std::filesystem::temp_directory_path() / "durations-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~DurationsFile() { std::filesystem::remove_all(folder); }
  std::filesystem::path path() const { return folder / "durations"; }
  std::filesystem::path folder;
};

}  // namespace

TEST_CASE("ThereIsNoGuessWithoutAnythingToGuessFrom") {
  TimeLeft left({});
  left.on_event({1, 0, sample_run(four)});
  left.on_event({2, 0, AttemptStarted{0, 1, 0, 0}});
  CHECK_FALSE(left.guess_ns(100'000 * kMs));
  left.on_event({3, 0, sample_attempt(0, Status::passed)});
  CHECK_FALSE(left.guess_ns(999 * kMs));
  CHECK(left.guess_ns(1000 * kMs));
}

TEST_CASE("EarlierDurationsAreGuessedFrom") {
  TimeLeft left({{"a::m::t1", 2000 * kMs},
                 {"a::m::t2", 6000 * kMs},
                 {"a::m::t3", 2000 * kMs},
                 {"a::m::t4", 4000 * kMs}});
  left.on_event({1, 0, sample_run(four)});
  left.on_event({2, 0, AttemptStarted{0, 1, 0, 0}});
  left.on_event({3, 0, AttemptStarted{1, 1, 1, 1}});
  // Two at once, 2 s of 14 s of work are done.
  CHECK(left.guess_ns(1000 * kMs) == 6000 * kMs);
  AttemptFinished finished = sample_attempt(0, Status::passed);
  finished.duration_ns = 2000 * kMs;
  left.on_event({4, 2000 * kMs, finished});
  left.on_event({5, 2000 * kMs, TestFinished{0, Outcome::passed, 1, ""}});
  CHECK(left.guess_ns(2000 * kMs) == 5000 * kMs);
}

TEST_CASE("ARunLastsAsLongAsWhatRunsNeeds") {
  TimeLeft left({{"a::m::t1", 60'000 * kMs}, {"a::m::t2", 1}, {"a::m::t3", 1}, {"a::m::t4", 1}});
  left.on_event({1, 0, sample_run(four)});
  for (uint32_t i = 0; i < 2; ++i) left.on_event({2, 0, AttemptStarted{i, 1, i, i}});
  CHECK(left.guess_ns(10'000 * kMs) == 50'000 * kMs);
  // Longer than ever: over any moment.
  CHECK(left.guess_ns(90'000 * kMs) == 1);
}

TEST_CASE("DurationsOfTestsThatPassedAreKept") {
  const DurationsFile file;
  CHECK(read_durations(file.path()).empty());
  std::ofstream(file.path())
      << "5 a::m::old one\n7 a::m::t1\nnonsense\n-3 a::m::x\n9\n8 \n99999999999999999999 y\n";
  {
    const auto writer = make_durations_writer(file.path());
    RunStarted run = sample_run(four);
    run.tests[3].id = "a::m::two\nlines";
    writer->on_event({1, 0, run});
    pass(*writer, 0, 12);
    pass(*writer, 1, 13, Status::failed);
    pass(*writer, 2, 14);
    pass(*writer, 3, 15);
    writer->on_event({9, 0, RunFinished{}});
  }
  CHECK(read_durations(file.path()) ==
        Durations{{"a::m::old one", 5}, {"a::m::t1", 12 * kMs}, {"a::m::t3", 14 * kMs}});
}

TEST_CASE("ARunThatBreaksOffLeavesTheDurationsAlone") {
  const DurationsFile file;
  {
    const auto writer = make_durations_writer(file.path());
    writer->on_event({1, 0, sample_run(four)});
    pass(*writer, 0, 12);
  }
  CHECK(std::filesystem::is_empty(file.folder));
}

TEST_CASE("SlowTestsAreNewsOnceAndWheneverTheirTimeHasDoubled") {
  SlowTests slow;
  const auto is_news = [&](uint32_t test, int64_t elapsed_ms) {
    return slow.is_news(TestSlow{test, 1, 0, 0, elapsed_ms * kMs});
  };
  CHECK(is_news(0, 10'001));
  CHECK(is_news(1, 10'010));
  CHECK_FALSE(is_news(0, 20'000));
  CHECK(is_news(0, 30'000));
  CHECK_FALSE(is_news(0, 40'000));
  CHECK(is_news(1, 40'000));
  slow.on_finished(sample_attempt(0, Status::passed));
  CHECK(is_news(0, 10'001));
}
