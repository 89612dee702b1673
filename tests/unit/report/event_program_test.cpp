#include "report/event_program.hpp"

#include <unistd.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/clock.hpp"
#include "sample_run.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("e2e-program-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path / name, std::ios::binary).rdbuf();
    return text.str();
  }
};

constexpr int64_t second_ns = 1'000'000'000;

/// What a program says of a run with a log of so many bytes; the lines that it was sent.
struct Fed {
  std::string error = "not told";
  std::string lines;
};
Fed fed(const Folder& folder, const std::string& command, bool is_live, size_t bytes,
        EventProgram::Limits limits = {}) {
  Fed outcome;
  EventProgram program(
      command, folder.path, is_live, [&](const std::string& error) { outcome.error = error; }, limits);
  EventWriter writer;
  uint64_t sequence = 0;
  const auto show = [&](auto fact) {
    const Event event{++sequence, 0, std::move(fact)};
    outcome.lines += writer.line(event) + "\n";
    program.on_event(event);
  };
  show(sample_run({"s::m::n"}));
  for (size_t written = 0; written < bytes; written += 10'000)
    show(LogWritten{0, 1, std::string(10'000, 'x')});
  show(RunFinished{});
  return outcome;
}

}  // namespace

TEST_CASE("AProgramIsFedAllLines") {
  const Folder folder;
  for (const bool is_live : {true, false}) {
    const auto outcome = fed(folder, "cat >lines", is_live, 5'000'000);
    CHECK(outcome.error.empty());
    CHECK((folder.read("lines") == outcome.lines));
  }
}

TEST_CASE("AProgramThatFailsIsToldAndOneThatHasEnoughIsNot") {
  const Folder folder;
  CHECK(fed(folder, "cat >/dev/null; exit 3", true, 0).error == "it exited with code 3");
  CHECK(fed(folder, "no-such-program-anywhere 2>/dev/null", true, 0).error == "it exited with code 127");
  CHECK(fed(folder, "kill -9 $$", true, 5'000'000).error == "it was killed by SIGKILL");
  CHECK(fed(folder, "exec 0<&-; exit 3", true, 5'000'000).error == "it exited with code 3");
  CHECK(fed(folder, "head -n 1 >first", true, 5'000'000).error.empty());
  CHECK(folder.read("first").find("run_started") != std::string::npos);
}

TEST_CASE("AProgramThatDoesNotReadStopsNothing") {
  const Folder folder;
  const int64_t before = monotonic_ns();
  CHECK(fed(folder, "sleep 60", true, 5'000'000, {1'000'000, second_ns / 5}).error ==
        "it does not read: 976.6 KiB of events were waiting");
  CHECK(fed(folder, "sleep 60", true, 500'000, {1'000'000, second_ns / 5}).error ==
        "it read nothing for 200 ms");
  CHECK(fed(folder, "cat >/dev/null; sleep 60", true, 0, {1'000'000, second_ns / 5}).error ==
        "it did not end within 200 ms");
  CHECK(monotonic_ns() - before < 30 * second_ns);
}
