#include "report/output_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <e2e_catch.hpp>
#include <fstream>
#include <sstream>

#include "base/fatal.hpp"
#include "report/outputs.hpp"
#include "report/plain_text.hpp"
#include "sample_run.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/e2e-output-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("FileAppearsOnlyAtCommitAndReplacesTheOld") {
  const Folder folder;
  std::ofstream(folder / "report") << "old";
  OutputFile file(folder / "report");
  file.write("new");
  file.flush();
  CHECK(text_of(folder / "report") == "old");
  CHECK(file.commit());
  CHECK(text_of(folder / "report") == "new");
  CHECK(folder.entries() == 1);
  struct stat status {};
  REQUIRE(::stat((folder / "report").c_str(), &status) == 0);
  CHECK((status.st_mode & 0600) == 0600);
}

TEST_CASE("UncommittedFileLeavesNothing") {
  const Folder folder;
  { OutputFile(folder / "report").write("half"); }
  CHECK(folder.entries() == 0);
}

TEST_CASE("FolderIsMade") {
  const Folder folder;
  OutputFile file(folder / "a/b/report");
  CHECK(file.commit());
  CHECK(fs::exists(folder / "a/b/report"));
}

TEST_CASE("WhatCannotBeWrittenSaysWhy") {
  const Folder folder;
  CHECK(OutputFile(folder / "").error() == "Is a directory");
  std::ofstream(folder / "file") << "";
  CHECK(OutputFile(folder / "file/report").error() == "Not a directory");
}

TEST_CASE("FullDeviceIsToldAtTheEnd") {
  OutputFile file{fs::path("/dev/full")};
  CHECK(file.error().empty());
  file.write("text");
  CHECK_FALSE(file.commit());
  CHECK(file.error() == "No space left on device");
}

TEST_CASE("OutputsThatCannotBeOpenedAreAllNamed") {
  const Folder folder;
  std::ofstream(folder / "file") << "";
  const std::vector<OutputTarget> targets = {{OutputFormat::json, folder / "file/a", "file/a"},
                                             {OutputFormat::html, folder / "file/b", "file/b"}};
  try {
    open_outputs(targets, {});
    FAIL("no error");
  } catch (const Fatal& error) {
    const std::string text = error.what();
    CHECK(error.code() == ExitCode::infrastructure);
    CHECK(text.find("error: the json report file/a can't be written: Not a directory\n") == 0);
    CHECK(text.find("error: the html report file/b can't be written: Not a directory\n") != text.npos);
  }
}

TEST_CASE("OneOutputThatFailsCostsTheOthersNothing") {
  const Folder folder;
  Outputs outputs = open_outputs({{OutputFormat::json, "/dev/full", "full"},
                                  {OutputFormat::junit, folder / "junit.xml", "junit.xml"},
                                  {OutputFormat::ndjson, folder / "lines", "lines"}},
                                 {});
  uint64_t sequence = 0;
  const auto show = [&](auto fact) {
    const Event event{++sequence, 0, std::move(fact)};
    for (auto& reporter : outputs.reporters) reporter->on_event(event);
  };
  show(sample_run({"s::m::n"}));
  CHECK((*outputs.results)[1].error == "the run did not finish");
  show(sample_attempt(0, Status::passed));
  show(RunFinished{});
  CHECK((*outputs.results)[0].error == "No space left on device");
  CHECK((*outputs.results)[1].error.empty());
  CHECK((*outputs.results)[2].error.empty());
  CHECK(text_of(folder / "junit.xml").find("<testsuites") != std::string::npos);
  const std::string lines = text_of(folder / "lines");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
}

TEST_CASE("PlainTextHasNoEscapeSequences") {
  CHECK(plain_text("\x1b[1;31mred\x1b[0m") == "red");
  CHECK(plain_text("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07") == "link");
  CHECK(plain_text("\x1b(Bx\x1b") == "x");
  CHECK(plain_text("a\r\nb\rc") == "a\nb\nc");
  // What never ends hides nothing.
  CHECK(plain_text("\x1b]0;shown\n") == "]0;shown\n");
  CHECK(plain_text("\x1b[12") == "[12");
  CHECK(plain_text("\x01\xFF\xEF\xBF\xBF") == "\\x01\\xFF\\u{FFFF}");
}

TEST_CASE("LongTextKeepsItsEnds") {
  const std::string text = bounded(std::string(50, 'a') + std::string(50, 'b'), 20);
  CHECK(text == "aaaaaaaaaa\n… 80 bytes left out …\nbbbbbbbbbb");
  CHECK(bounded("short", 20) == "short");
}
