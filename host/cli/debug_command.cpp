#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/process.hpp"

namespace e2e::host {
namespace {

using Words = std::vector<std::string>;

/// The command line that lists what --debug-test names.
Words list_words(const Options& options) {
  Words words = {own_program(), "list", "--json", "--no-deps"};
  if (options.config_file) words.push_back("--config=" + options.config_file->string());
  if (options.environment) words.push_back("--environment=" + *options.environment);
  for (const auto& setting : options.settings) words.push_back("--set=" + setting);
  for (const auto& path : options.plugins) words.push_back("--plugins=" + path.string());
  words.insert(words.end(), {"--", options.debug_test});
  return words;
}

/// What a program prints on its standard output; its exit code comes in `code`.
std::string output_of(const Words& words, int& code) {
  FdPair pipe = make_pipe();
  Process process(words, {}, -1, pipe.second.get());
  pipe.second.reset();
  std::string text;
  char bytes[16 * 1024];
  for (ssize_t n = 0; (n = ::read(pipe.first.get(), bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<size_t>(n));
  code = process.wait();
  return text;
}

/// Throws Fatal unless it is exactly one test that is meant.
void check_one_test(const Options& options, const std::string& list) {
  const auto tests = nlohmann::json::parse(list, nullptr, false);
  if (!tests.is_array() || tests.size() == 1) return;
  constexpr size_t shown = 5;
  std::string ids;
  for (size_t i = 0; i < std::min(shown, tests.size()); ++i)
    ids += (i > 0 ? ", " : "") + tests[i].value("id", "");
  throw Fatal(
      ExitCode::usage,
      fmt::format("error: --debug-test: '{}' is {} tests, and one can be debugged at a time\n"
                  "hint: name one of them: {}{}",
                  printable(options.debug_test), tests.size(), ids, tests.size() > shown ? ", ..." : ""));
}

/// $E2E_DEBUGGER, words between blanks; else gdb.
Words debugger() {
  const char* chosen = std::getenv("E2E_DEBUGGER");
  Words words;
  std::istringstream in(chosen != nullptr ? chosen : "");
  for (std::string word; in >> word;) words.push_back(word);
  return words.empty() ? Words{"gdb", "-q", "--args"} : words;
}

}  // namespace

ExitCode debug_command(const Options& options, int argc, char** argv) {
  int code = 0;
  const std::string list = output_of(list_words(options), code);
  if (code != 0) return static_cast<ExitCode>(code);
  check_one_test(options, list);

  Words words = debugger();
  const std::string program = words.front();
  words.insert(words.end(), {own_program(), "run", "--child-run"});
  words.insert(words.end(), argv + 2, argv + argc);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  throw Fatal(
      ExitCode::infrastructure,
      fmt::format("error: --debug-test: the debugger '{}' cannot be started: {}\nhint: install gdb (`apt-get "
                  "install gdb`), or name another one: E2E_DEBUGGER=\"lldb --\"",
                  printable(program), std::strerror(errno)));
}

}  // namespace e2e::host
