#include "stream_reader.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace e2e::host {

namespace {

using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json missing;
  if (!object.is_object()) return missing;
  const auto found = object.find(name);
  return found == object.end() ? missing : *found;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// 0 if it is missing, is no number or does not fit.
template <typename Number>
Number number(const json& object, const char* name) {
  const json& value = member(object, name);
  if (value.is_number_unsigned()) {
    const auto whole = value.get<uint64_t>();
    return whole <= static_cast<uint64_t>(std::numeric_limits<Number>::max()) ? static_cast<Number>(whole)
                                                                              : Number{};
  }
  if (value.is_number_integer() && std::is_signed_v<Number>) {
    const auto whole = value.get<int64_t>();
    return whole >= static_cast<int64_t>(std::numeric_limits<Number>::min()) ? static_cast<Number>(whole)
                                                                             : Number{};
  }
  return {};
}

/// The elements of a list, none if it is missing or no list.
const json::array_t& list(const json& object, const char* name) {
  static const json::array_t none;
  const json& value = member(object, name);
  return value.is_array() ? value.get_ref<const json::array_t&>() : none;
}

/// A failure as one paragraph: `a == b   actual: 1   expected: 2   why`.
std::string failure_text(const json& failure) {
  std::string said = text(failure, "expression");
  const auto add = [&said](const std::string& part) {
    if (part.empty()) return;
    if (!said.empty()) said += "   ";
    said += part;
  };
  if (const auto actual = text(failure, "actual"); !actual.empty()) add("actual: " + actual);
  if (const auto expected = text(failure, "expected"); !expected.empty()) add("expected: " + expected);
  add(text(failure, "message"));
  return said;
}

std::optional<TestOutcome> parse_outcome(const std::string& word) {
  if (word == "passed") return TestOutcome::passed;
  if (word == "failed") return TestOutcome::failed;
  if (word == "flaky") return TestOutcome::flaky;
  if (word == "skipped") return TestOutcome::skipped;
  if (word == "not_run") return TestOutcome::not_run;
  return std::nullopt;
}

/// Leaves out the large members of an attempt that no result is made of.
json parse(std::string_view line) {
  const auto keep = [](int depth, json::parse_event_t event, const json& parsed) {
    if (event != json::parse_event_t::key || depth != 1) return true;
    const auto& name = parsed.get_ref<const std::string&>();
    return name != "exchanges" && name != "steps" && name != "stdout" && name != "stderr" && name != "notes";
  };
  return json::parse(line, keep, false);
}

void count(SuiteResult& suite, TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed:
      ++suite.passed;
      break;
    case TestOutcome::failed:
      ++suite.failed;
      break;
    case TestOutcome::flaky:
      ++suite.flaky;
      break;
    case TestOutcome::skipped:
      ++suite.skipped;
      break;
    case TestOutcome::not_run:
      ++suite.not_run;
      break;
  }
  ++suite.total;
}

}  // namespace

struct StreamReader::Event {
  const json& line;
};

void StreamReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (!is_too_long_ && partial_.size() + piece.size() > line_limit_) {
      is_too_long_ = true;
      std::string().swap(partial_);
    }
    if (!is_too_long_) partial_ += piece;
    if (end == std::string_view::npos) return;
    if (!is_too_long_) read_line(partial_);
    partial_.clear();
    is_too_long_ = false;
    bytes.remove_prefix(end + 1);
  }
}

void StreamReader::read_line(std::string_view line) {
  if (unknown_schema_) return;
  const json parsed = parse(line);
  if (!parsed.is_object()) return;
  const std::string name = text(parsed, "event");
  const Event event{parsed};
  if (name == "run_started") return on_run_started(event);
  if (!has_started_) return;
  if (name == "attempt_finished") on_attempt_finished(event);
  if (name == "test_finished") on_test_finished(event);
  if (name == "fixture_failed") on_fixture_failed(event);
  if (name == "trouble") troubles_.push_back(text(parsed, "text"));
  if (name == "run_finished") on_run_finished(event);
}

void StreamReader::on_run_started(const Event& event) {
  if (has_started_) return;
  if (const auto said = number<uint64_t>(event.line, "schema"); said != schema) {
    unknown_schema_ = said;
    return;
  }
  has_started_ = true;
  for (const json& test : list(event.line, "tests")) {
    TestResult result;
    result.id = text(test, "id");
    if (result.id.empty() || !index_.emplace(result.id, tests_.size()).second) continue;
    result.module = text(test, "module");
    result.name = text(test, "name");
    result.file = text(test, "file");
    result.line = number<uint32_t>(test, "line");
    tests_.push_back({text(test, "service"), std::move(result)});
  }
}

void StreamReader::on_attempt_finished(const Event& event) {
  TestResult* const result = find(text(event.line, "test"));
  if (result == nullptr) return;
  result->duration_ms += static_cast<double>(number<int64_t>(event.line, "duration_ns")) / 1e6;
  result->reason = text(event.line, "reason");
  result->failure.clear();
  bool is_first = true;
  for (const json& failure : list(event.line, "failures")) {
    if (const std::string file = text(failure, "file"); is_first && !file.empty()) {
      result->file = file;
      result->line = number<uint32_t>(failure, "line");
      is_first = false;
    }
    if (!result->failure.empty()) result->failure += '\n';
    result->failure += failure_text(failure);
  }
  if (result->reason.empty()) result->reason = text(member(event.line, "crash"), "what");
}

void StreamReader::on_test_finished(const Event& event) {
  TestResult* const result = find(text(event.line, "test"));
  if (result == nullptr) return;
  // A later version's outcome is not taken for a good one.
  result->outcome = parse_outcome(text(event.line, "outcome")).value_or(TestOutcome::failed);
  result->attempts = number<uint32_t>(event.line, "attempts");
  if (std::string reason = text(event.line, "reason"); !reason.empty()) result->reason = std::move(reason);
}

void StreamReader::on_fixture_failed(const Event& event) {
  std::string said = text(event.line, "phase");
  if (const std::string reason = text(event.line, "reason"); !reason.empty()) said += ": " + reason;
  for (const json& failure : list(event.line, "failures")) said += ": " + failure_text(failure);
  fixture_failures_.emplace_back(text(event.line, "service"), std::move(said));
}

void StreamReader::on_run_finished(const Event& event) {
  exit_code_ = number<int>(event.line, "exit_code");
  stopped_by_ = text(event.line, "stopped_by");
}

TestResult* StreamReader::find(const std::string& id) {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &tests_[found->second].result;
}

SuiteResults StreamReader::take_results() {
  SuiteResults results;
  for (Known& known : std::exchange(tests_, {})) {
    SuiteResult& suite = results[known.service];
    count(suite, known.result.outcome);
    suite.tests.push_back(std::move(known.result));
  }
  for (auto& [service, said] : std::exchange(fixture_failures_, {}))
    results[service].fixture_failures.push_back(std::move(said));
  index_.clear();
  return results;
}

}  // namespace e2e::host
