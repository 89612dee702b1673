#include "e2e-host/run_tests.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "base/unique_fd.hpp"
#include "child_program.hpp"
#include "command_words.hpp"
#include "program_search.hpp"
#include "stream_reader.hpp"

namespace e2e::host {
namespace {

/// The exit codes that leave results to rely on: all passed, some failed.
bool has_results(int exit_code) { return exit_code == 0 || exit_code == 1; }

/// Keeps the end of what a program wrote to stderr: that is where it says why it gave up.
class LastWords {
 public:
  void add(std::string_view bytes) {
    text_ += bytes;
    if (text_.size() > 2 * kept_bytes) text_.erase(0, text_.size() - kept_bytes);
  }
  /// Without blank space at its end.
  [[nodiscard]] std::string take() {
    text_.erase(text_.find_last_not_of(" \n\r\t") + 1);
    return std::move(text_);
  }

 private:
  static constexpr size_t kept_bytes = size_t{64} << 10;
  std::string text_;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "error: " : "\nerror: ") + text;
  return all;
}

/// Why there is no result to rely on.
std::string why(const StreamReader& stream, const std::string& last_words, int exit_code) {
  std::string said = joined(stream.troubles());
  if (!last_words.empty()) said += (said.empty() ? "" : "\n") + last_words;
  if (!said.empty()) return said;
  if (!stream.stopped_by().empty()) return "error: the run was stopped by " + stream.stopped_by();
  if (exit_code < 0) return "error: e2e-host broke off before its run was over";
  return "error: e2e-host ended with code " + std::to_string(exit_code) +
         (stream.exit_code() ? "" : " before its run was over");
}

SuiteResults settle(StreamReader& stream, const std::string& last_words, const ChildEnd& end) {
  if (const auto schema = stream.unknown_schema())
    throw RunError("error: the program e2e-host writes events of schema " + std::to_string(*schema) +
                       ", this library reads schema " + std::to_string(StreamReader::schema) +
                       "\nhint: install program and library of one version",
                   end.exit_code.value_or(-1));
  const int exit_code = end.exit_code.value_or(stream.exit_code().value_or(-1));
  // A run that says how it ended, or that had nothing to do: else it broke off, whatever its code.
  const bool is_whole = stream.exit_code().has_value() || (!stream.has_started() && exit_code == 0);
  if (has_results(exit_code) && is_whole) return stream.take_results();
  const std::string what = why(stream, last_words, exit_code);
  throw RunError(what, exit_code, stream.take_results());
}

}  // namespace

RunError::RunError(const std::string& what, int exit_code, SuiteResults results)
    : std::runtime_error(what), exit_code_(exit_code), results_(std::move(results)) {}

RunError::~RunError() = default;

SuiteResults run_tests_parallel(const std::string& services_path, const ParallelConfig& parallel_config,
                                bool verbose) {
  return run_tests_parallel(services_path, parallel_config, RunOptions{}, verbose);
}

SuiteResults run_tests_parallel(const std::string& services_path, const ParallelConfig& parallel_config,
                                const RunOptions& options, bool verbose) {
  struct stat folder {};
  if (::stat(services_path.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode))
    throw RunError("error: services_path '" + services_path + "' is no folder", -1);

  ChildWords words;
  words.arguments = command_words(parallel_config, options, child_event_descriptor, verbose);
  words.arguments.insert(words.arguments.begin(), find_program(options.program));
  words.folder = services_path;
  words.has_stdout = verbose;

  StreamReader stream;
  LastWords last_words;
  const auto on_event = [&stream](std::string_view bytes) { stream.feed(bytes); };
  const auto on_error = [&last_words, verbose](std::string_view bytes) {
    last_words.add(bytes);
    if (verbose) write_all(STDOUT_FILENO, bytes.data(), bytes.size());
  };
  try {
    const ChildEnd end = run_child(words, on_event, on_error);
    return settle(stream, last_words.take(), end);
  } catch (const std::system_error& error) {
    throw RunError("error: " + words.arguments.front() + " cannot be started: " + error.code().message(), -1);
  }
}

}  // namespace e2e::host
