#include "launcher/service_log.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "e2e-log-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
};

const SecretValues none;

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("LogHoldsAllOfASmallOutput") {
  const Folder folder;
  ServiceLog log(folder.path / "deep" / "log", none);
  log.append("one\n");
  log.append("two");
  CHECK(read(folder.path / "deep" / "log") == "one\ntwo");
  log.close();
  CHECK(read(folder.path / "deep" / "log") == "one\ntwo");
  CHECK(log.last_lines() == "one\ntwo");
}

TEST_CASE("LogOfALargeOutputKeepsItsHeadAndItsTail") {
  const Folder folder;
  ServiceLog log(folder.path / "log", none);
  const std::string piece(1 << 20, 'x');
  log.append("first\n");
  for (int i = 0; i < 20; ++i) log.append(piece);
  log.append("\nlast\n");
  log.close();
  const std::string text = read(folder.path / "log");
  CHECK(text.size() < ServiceLog::max_head_bytes + ServiceLog::max_tail_bytes + 100);
  CHECK(text.substr(0, 6) == "first\n");
  CHECK(text.substr(text.size() - 6) == "\nlast\n");
  const uint64_t total = 6 + 20 * piece.size() + 6;
  const std::string left_out =
      std::to_string(total - ServiceLog::max_head_bytes - ServiceLog::max_tail_bytes);
  CHECK(text.find("\n... " + left_out + " bytes left out by e2e-host ...\n") != std::string::npos);
}

TEST_CASE("LastLinesAreBounded") {
  const Folder folder;
  ServiceLog log(folder.path / "log", none);
  CHECK(log.last_lines().empty());
  for (int i = 0; i < 100; ++i) log.append(std::to_string(i) + "\n");
  const std::string lines = log.last_lines();
  CHECK(lines.substr(0, 3) == "80\n");
  CHECK(lines.substr(lines.size() - 3) == "\n99");
  log.append(std::string(100000, 'y'));
  CHECK(log.last_lines() == std::string(4096, 'y'));
}

TEST_CASE("LogThatCanNotBeWrittenIsAnError") {
  const Folder folder;
  std::ofstream(folder.path / "file") << "";
  CHECK_THROWS_AS(ServiceLog(folder.path / "file" / "log", none), std::runtime_error);
}

TEST_CASE("LogHasNoSecretsHoweverTheyCome") {
  const Folder folder;
  SecretValues secrets;
  secrets.add("s3cret-word");
  ServiceLog log(folder.path / "log", secrets);
  log.append("one s3cret-word, two s3c");
  CHECK(read(folder.path / "log") == "one ***, two ");
  CHECK(log.last_lines() == "one ***, two s3c");
  log.append("ret-word, three ");
  secrets.add("an0ther");
  log.append("an0ther and its beginning: an0t");
  CHECK(log.last_lines() == "one ***, two ***, three *** and its beginning: an0t");
  log.close();
  CHECK(read(folder.path / "log") == "one ***, two ***, three *** and its beginning: an0t");
}
