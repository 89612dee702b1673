#include "events/journal_lines.hpp"

#include <unistd.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

struct TextFile {
  fs::path path = fs::temp_directory_path() / ("e2e-lines-" + std::to_string(::getpid()));
  explicit TextFile(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  ~TextFile() { fs::remove(path); }
};

}  // namespace

TEST_CASE("LinesComeWholeAndInOrderWhateverTheirLength") {
  std::vector<std::string> expected = {"", "a", std::string(3'000'000, 'b'), "", std::string(1u << 20, 'c'),
                                       "d"};
  std::string text;
  for (const std::string& line : expected) text += line + "\n";
  const TextFile file(text + "piece");
  JournalLines lines(file.path);
  std::vector<std::string> found;
  for (std::string_view line; lines.next(line);) found.emplace_back(line);
  CHECK(found == expected);
  CHECK(lines.piece() == "piece");
  CHECK_FALSE(lines.is_going_on());
}

TEST_CASE("AFileThatEndsInANewlineHasNoPiece") {
  const TextFile file("a\n");
  JournalLines lines(file.path);
  std::string_view line;
  CHECK(lines.next(line));
  CHECK_FALSE(lines.next(line));
  CHECK(lines.piece().empty());
}
