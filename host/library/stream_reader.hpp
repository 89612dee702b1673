#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "e2e-host/run_tests.hpp"

namespace e2e::host {

/// Makes results of a run's events, which come as NDJSON (docs/events.md) in pieces of any size. Passes over
/// events, members and lines that it does not know or understand; a line without its end is none. One thread.
class StreamReader {
 public:
  /// A longer line is passed over, whatever it says, so that memory stays bounded.
  static constexpr size_t max_line_bytes = size_t{64} << 20;
  /// The schema of events that is understood.
  static constexpr uint64_t schema = 1;

  explicit StreamReader(size_t line_limit = max_line_bytes) : line_limit_(line_limit) {}

  void feed(std::string_view bytes);

  /// Whether run_started was seen.
  [[nodiscard]] bool has_started() const noexcept { return has_started_; }
  /// A schema that this reader does not understand: nothing else is then read.
  [[nodiscard]] std::optional<uint64_t> unknown_schema() const noexcept { return unknown_schema_; }
  /// Of run_finished; missing: the program did not come to it.
  [[nodiscard]] std::optional<int> exit_code() const noexcept { return exit_code_; }
  /// Of run_finished: why not everything ran; may be empty.
  [[nodiscard]] const std::string& stopped_by() const noexcept { return stopped_by_; }
  /// What went wrong that is no test's fault, in the order it was said.
  [[nodiscard]] const std::vector<std::string>& troubles() const noexcept { return troubles_; }
  /// The results up to now. Tests without an outcome are not_run.
  [[nodiscard]] SuiteResults take_results();

 private:
  void read_line(std::string_view line);

  const size_t line_limit_;
  std::string partial_;
  bool is_too_long_ = false;  ///< the line that is being fed
  bool has_started_ = false;
  std::optional<uint64_t> unknown_schema_;
  std::optional<int> exit_code_;
  std::string stopped_by_;
  std::vector<std::string> troubles_;

  struct Known {
    std::string service;
    TestResult result;
  };
  std::vector<Known> tests_;  ///< in canonical order
  std::unordered_map<std::string, size_t> index_;
  std::vector<std::pair<std::string, std::string>> fixture_failures_;  ///< service, text

  struct Event;  // keeps the JSON library out of this header
  void on_run_started(const Event& event);
  void on_attempt_finished(const Event& event);
  void on_test_finished(const Event& event);
  void on_fixture_failed(const Event& event);
  void on_run_finished(const Event& event);
  TestResult* find(const std::string& id);
};

}  // namespace e2e::host
