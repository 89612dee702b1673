#include "run/capture.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

namespace fs = std::filesystem;

const std::string marker = "=marker-of-one=!";

/// A Capture and the end that a worker writes to.
struct Pipe {
  explicit Pipe(const std::string& spool_prefix = "", const SecretValues* secrets = nullptr) {
    FdPair ends = make_pipe();
    set_nonblocking(ends.second.get());
    writer = std::move(ends.second);
    capture =
        std::make_unique<Capture>(std::move(ends.first), marker, spool_prefix, Capture::Live(), secrets);
  }
  /// Writes and drains in turns, so that no pipe is too small.
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(writer.get(), text.data(), std::min<size_t>(text.size(), 16 * 1024));
      if (n <= 0) throw std::runtime_error("the pipe is full");
      text.remove_prefix(static_cast<size_t>(n));
      CHECK(capture->drain());
    }
  }

  UniqueFd writer;
  std::unique_ptr<Capture> capture;
};

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "e2e-capture-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Bytes of which no two places look alike.
std::string numbered(size_t size) {
  std::string text;
  for (size_t number = 0; text.size() < size; ++number) text += std::to_string(number) + "\n";
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("MarkerThatIsCutAnywhereEndsTheAttempt", "[capture]") {
  const std::string stream = "first" + marker + "second" + marker;
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    INFO(cut);
    Pipe pipe;
    pipe.write(stream.substr(0, cut));
    pipe.write(stream.substr(cut));
    CHECK(pipe.capture->take().head == "first");
    CHECK(pipe.capture->take().head == "second");
    CHECK(pipe.capture->take().head.empty());
  }
}

TEST_CASE("MarkerThatComesByteByByteEndsTheAttempt", "[capture]") {
  Pipe pipe;
  for (const char c : "one" + marker + "two") pipe.write({&c, 1});
  CHECK(pipe.capture->take().head == "one");
  CHECK(pipe.capture->take().head == "two");
}

TEST_CASE("SeveralAttemptsInOneReadAreTakenInOrder", "[capture]") {
  Pipe pipe;
  pipe.write("a" + marker + marker + "c" + marker + "rest");
  CHECK(pipe.capture->take().head == "a");
  CHECK(pipe.capture->take().head.empty());
  CHECK(pipe.capture->take().head == "c");
  CHECK(pipe.capture->take().head == "rest");
}

TEST_CASE("BeginningsOfAMarkerAreOutput", "[capture]") {
  Pipe pipe;
  const std::string almost = marker.substr(0, marker.size() - 1);
  pipe.write(almost);
  pipe.write(almost + marker);
  CHECK(pipe.capture->take().head == almost + almost);
  // "=" begins the marker, and ends it here a character earlier than the real one.
  pipe.write("x=");
  pipe.write(marker);
  CHECK(pipe.capture->take().head == "x=");
}

TEST_CASE("WithoutAMarkerAllThereIsIsTaken", "[capture]") {
  Pipe pipe;
  const std::string text = "half a line and " + marker.substr(0, 7);
  pipe.write(text);
  pipe.writer.reset();
  CHECK_FALSE(pipe.capture->drain());
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head == text);
  CHECK(output.total_bytes == text.size());
  CHECK(output.omitted_bytes == 0);
  CHECK(pipe.capture->take().total_bytes == 0);
}

TEST_CASE("PipeWithNothingInItIsNoEnd", "[capture]") {
  Pipe pipe;
  CHECK(pipe.capture->drain());
  CHECK(pipe.capture->take().total_bytes == 0);
}

TEST_CASE("SmallOutputIsAllHead", "[capture]") {
  const Folder folder;
  Pipe pipe((folder.path / "out-").string());
  const std::string text = numbered(Capture::head_bytes);
  pipe.write(text + marker);
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head == text);
  CHECK(output.tail.empty());
  CHECK(output.file.empty());
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("LargeOutputKeepsHeadAndTailAndAllOfItInAFile", "[capture]") {
  const Folder folder;
  Pipe pipe((folder.path / "out-").string());
  const std::string text = numbered(1'000'003), other = numbered(200'000);
  pipe.write(text + marker + "small" + marker + other + marker);
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head == text.substr(0, Capture::head_bytes));
  CHECK(output.tail == text.substr(text.size() - Capture::tail_bytes));
  CHECK(output.total_bytes == text.size());
  CHECK(output.omitted_bytes == text.size() - Capture::head_bytes - Capture::tail_bytes);
  CHECK(content(output.file) == text);
  CHECK(pipe.capture->take().head == "small");
  const CapturedOutput second = pipe.capture->take();
  CHECK(second.file != output.file);
  CHECK(content(second.file) == other);
}

TEST_CASE("OutputBetweenHeadAndTailIsWhole", "[capture]") {
  Pipe pipe;
  const std::string text = numbered(Capture::head_bytes + Capture::tail_bytes);
  pipe.write(text + marker);
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head + output.tail == text);
  CHECK(output.omitted_bytes == 0);
  CHECK(output.file.empty());
}

TEST_CASE("WithoutAPlaceForTheFileHeadAndTailAreKept", "[capture]") {
  Pipe pipe("/nowhere/at/all/out-");
  const std::string text = numbered(300'000);
  pipe.write(text + marker);
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head == text.substr(0, Capture::head_bytes));
  CHECK(output.tail == text.substr(text.size() - Capture::tail_bytes));
  CHECK(output.file.empty());
}

TEST_CASE("FileThatIsThereAlreadyIsLeftAlone", "[capture]") {
  const Folder folder;
  std::ofstream(folder.path / "out-1") << "somebody's";
  Pipe pipe((folder.path / "out-").string());
  pipe.write(numbered(100'000) + marker);
  CHECK(pipe.capture->take().total_bytes == 100'000);
  CHECK(content(folder.path / "out-1") == "somebody's");
}

TEST_CASE("ASecretIsTakenOutAlsoWhereItComesInTwoReads", "[capture]") {
  SecretValues secrets;
  secrets.add("planted");
  Pipe pipe("", &secrets);
  pipe.write("a plan");
  CHECK(pipe.capture->so_far().head == "a ");
  pipe.write("ted b plan");
  pipe.write("c" + marker + "pl");
  CHECK(pipe.capture->take().head == "a *** b planc");
  pipe.writer.reset();
  pipe.capture->drain();
  CHECK(pipe.capture->take().head == "pl");
}

TEST_CASE("ASecretThatIsToldAfterItWasReadIsTakenOutAtTheEnd", "[capture]") {
  SecretValues secrets;
  Pipe pipe("", &secrets);
  pipe.write("a planted b" + marker);
  secrets.add("planted");
  const CapturedOutput output = pipe.capture->take();
  CHECK(output.head == "a *** b");
  CHECK(output.omitted_bytes == 0);
}

TEST_CASE("ASecretThatIsToldWithItsOutputIsTakenOutOfTheFileToo", "[capture]") {
  const Folder folder;
  SecretValues secrets;
  FdPair ends = make_pipe();
  set_nonblocking(ends.second.get());
  Capture capture(std::move(ends.first), marker, (folder.path / "out-").string(), {}, &secrets);
  for (int i = 0; i < 40; ++i) {
    const std::string text = "planted" + numbered(2000);
    REQUIRE(::write(ends.second.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    capture.drain([&] { secrets.add("planted"); });
  }
  const CapturedOutput output = capture.take();
  REQUIRE(!output.file.empty());
  CHECK(content(output.file).find("planted") == std::string::npos);
  CHECK(content(output.file).find("***") != std::string::npos);
}
