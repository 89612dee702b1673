#include "report/allure_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/json_text.hpp"
#include "base/sha256.hpp"
#include "events/attachment_file.hpp"
#include "report/allure_steps.hpp"
#include "report/attachment_content.hpp"
#include "report/attempt_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view kUuidStart = "e2e05700-";
constexpr size_t kUuidBytes = 36;
constexpr size_t kAllureMessageBytes = 1000;
/// A text of a failure, what a test wrote, and what all may take together before they get short.
constexpr size_t kAllureTextBytes = 64u << 10;
constexpr size_t kAllurePassedOutputBytes = 4u << 10;
constexpr size_t kAllAllureTextBytes = 64u << 20;
constexpr size_t kMostAllureTroubles = 100;

std::string_view allure_status(Status status) {
  switch (status) {
    case Status::passed:
      return "passed";
    case Status::failed:
      return "failed";
    case Status::skipped:
    case Status::interrupted:
      return "skipped";
    default:
      return "broken";
  }
}

/// What people sort by there; names of its own for the same.
std::string_view severity_of(const std::string& priority) {
  if (priority == "critical") return "blocker";
  if (priority == "high") return "critical";
  return priority == "low" ? "minor" : "normal";
}

struct AllureAttachment {
  std::string name, type, source;
};

class AllureWriter {
 public:
  AllureWriter(const RunRecord& record, ReportFolder& folder) : record_(record), folder_(folder) {}

  void write() {
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test) put_test(test);
    const auto& fixtures = record_.tally().failed_fixtures();
    for (size_t i = 0; i < fixtures.size(); ++i) put_fixture(plain_fixture(fixtures[i]), i);
    const auto& troubles = record_.tally().troubles();
    for (size_t i = 0; i < std::min(troubles.size(), kMostAllureTroubles); ++i) put_trouble(troubles[i], i);
  }

 private:
  /// What a result says besides its times, its steps and its files.
  struct Result {
    std::string uuid, history;  ///< the same history: the same test
    std::string full_name, name;
    std::string suite, sub_suite;
    std::string_view status, stage = "finished";
    std::string message, trace;
    std::string actual, expected;
    bool is_flaky = false;
  };

  void put_test(uint32_t index) {
    const auto& attempts = record_.attempts(index);
    if (attempts.empty()) return put_without_attempt(index);
    const TestInfo test = plain_test(record_.run().tests[index]);
    int64_t earliest_ms = 0;
    for (size_t i = 0; i < attempts.size(); ++i) {
      const AttemptFinished attempt = plain_attempt(attempts[i]);
      Result result = result_of(index, test, attempt.attempt);
      result.status = allure_status(attempt.status);
      if (attempt.status == Status::interrupted) result.stage = "interrupted";
      result.is_flaky = i + 1 == attempts.size() && record_.outcome(index) == Outcome::flaky;
      explain(result, test, attempt);
      earliest_ms = put_attempt(result, test, attempts[i], attempt, earliest_ms) + 1;
    }
  }

  /// The one for skipped tests which no attempt was made of, and those that were not run.
  void put_without_attempt(uint32_t index) {
    const TestInfo test = plain_test(record_.run().tests[index]);
    Result result = result_of(index, test, 0);
    const bool is_skipped = record_.outcome(index) == Outcome::skipped;
    result.status = "skipped";
    if (!is_skipped) result.stage = "pending";
    result.message =
        (is_skipped ? "" : "not run: ") + bounded(plain_text(record_.reason(index)), kAllureMessageBytes);
    JsonText json = begin(result, test);
    put_files(json, {});
    put_allure_steps(json, AttemptFinished(), 0);
    end(json, result.uuid);
  }

  Result result_of(uint32_t index, const TestInfo& test, uint32_t attempt) const {
    const std::string& id = record_.run().tests[index].id;
    Result result;
    result.uuid = allure_uuid(fmt::format("result\n{}\n{}", attempt, id));
    result.history = id;
    result.full_name = test.id;
    result.name = test.name;
    result.suite = test.service;
    result.sub_suite = test.module;
    return result;
  }

  void explain(Result& result, const TestInfo& test, const AttemptFinished& attempt) {
    if (!is_bad(attempt.status)) {
      result.message = bounded(attempt.reason, kAllureMessageBytes);
      return;
    }
    result.message = message_of(attempt, kAllureMessageBytes);
    result.trace = short_enough(explanation_of(test, attempt), kAllureTextBytes);
    if (attempt.failures.empty()) return;
    result.actual = bounded(attempt.failures.front().actual, kAllureMessageBytes);
    result.expected = bounded(attempt.failures.front().expected, kAllureMessageBytes);
  }

  /// When it started, in milliseconds: Allure takes the result that started last for the test's, so that no
  /// two of a test start in the same one.
  int64_t put_attempt(const Result& result, const TestInfo& test, const AttemptFinished& attempt,
                      const AttemptFinished& plain, int64_t earliest_ms) {
    const int64_t start_unix_ns = record_.run().start_unix_ns + attempt.start_ns;
    JsonText json = begin(result, test, attempt.slot);
    const int64_t start_ms = std::max(start_unix_ns / 1'000'000, earliest_ms);
    const int64_t stop_unix_ns = start_unix_ns + std::max<int64_t>(attempt.duration_ns, 0);
    json.member("start", start_ms);
    json.member("stop", std::max(stop_unix_ns / 1'000'000, start_ms));
    put_files(json, files_of(result.uuid, attempt, plain));
    put_allure_steps(json, plain, start_unix_ns);
    end(json, result.uuid);
    return start_ms;
  }

  static JsonText begin(const Result& result, const TestInfo& test,
                        std::optional<uint32_t> slot = std::nullopt) {
    JsonText json;
    const std::string history = sha256_digits(result.history).substr(0, 32);
    json.begin_object()
        .member("uuid", result.uuid)
        .member("historyId", history)
        .member("testCaseId", history);
    json.member("fullName", result.full_name).member("name", result.name);
    json.key("titlePath").begin_array().value(result.suite);
    if (!result.sub_suite.empty()) json.value(result.sub_suite);
    json.end_array().key("labels").begin_array();
    const auto label = [&json](std::string_view name, std::string_view value) {
      if (!value.empty()) json.begin_object().member("name", name).member("value", value).end_object();
    };
    label("framework", "e2e-host");
    label("language", "c++");
    label("suite", result.suite);
    label("subSuite", result.sub_suite);
    label("package", result.sub_suite.empty() ? result.suite : result.suite + "." + result.sub_suite);
    label("testClass", result.sub_suite);
    label("testMethod", result.name);
    label("severity", severity_of(test.priority));
    for (const std::string& tag : test.tags) label("tag", tag);
    if (slot) label("thread", fmt::format("slot {}", *slot));
    json.end_array().key("links").begin_array().end_array().key("parameters").begin_array().end_array();
    json.member("status", result.status).member("stage", result.stage);
    json.key("statusDetails").begin_object();
    json.member_unless_empty("message", result.message).member_unless_empty("trace", result.trace);
    json.member_unless_empty("actual", result.actual).member_unless_empty("expected", result.expected);
    if (result.is_flaky) json.member("flaky", true);
    json.end_object();
    return json;
  }

  void end(JsonText& json, const std::string& uuid) {
    folder_.write(uuid + "-result.json", json.end_object().take() + "\n");
  }

  static void put_files(JsonText& json, const std::vector<AllureAttachment>& files) {
    json.key("attachments").begin_array();
    for (const AllureAttachment& file : files) {
      json.begin_object().member("name", file.name).member("type", file.type);
      json.member("source", file.source).end_object();
    }
    json.end_array();
  }

  std::vector<AllureAttachment> files_of(const std::string& uuid, const AttemptFinished& attempt,
                                         const AttemptFinished& plain) {
    std::vector<AllureAttachment> files;
    for (size_t i = 0; i < std::min(attempt.attachments.size(), plain.attachments.size()); ++i)
      add_stored(files, plain.attachments[i].name, attempt.attachments[i].folder,
                 attempt.attachments[i].file);
    for (const ExchangeRecord& exchange : attempt.exchanges) {
      const std::string what = plain_line(exchange.method + " " + exchange.url);
      add_stored(files, "request body of " + what, exchange.folder, exchange.request_body_file);
      add_stored(files, "response body of " + what, exchange.folder, exchange.response_body_file);
    }
    std::string notes;
    for (const std::string& note : plain.notes) notes += note + "\n";
    add_text(files, uuid, "notes", notes, kAllureTextBytes);
    const size_t limit = attempt.status == Status::passed ? kAllurePassedOutputBytes : kAllureTextBytes;
    add_text(files, uuid, "stdout", output_text(plain.stdout_output), limit);
    add_text(files, uuid, "stderr", output_text(plain.stderr_output), limit);
    return files;
  }

  /// A file that the run's folder has. Its type is that of its ending, whatever the test says it is: Allure
  /// shows pages that it is told of as such.
  void add_stored(std::vector<AllureAttachment>& files, const std::string& name, const std::string& folder,
                  const std::string& file) {
    if (folder.empty() || !is_attachment_file(file)) return;
    const std::string ending = file.substr(file.rfind('.'));
    const std::string source = allure_uuid("file\n" + file) + "-attachment" + ending;
    if (folder_.keep(folder + "/" + file, source))
      files.push_back({name, std::string(type_of_attachment_file(file)), source});
  }

  void add_text(std::vector<AllureAttachment>& files, const std::string& uuid, const std::string& name,
                std::string text, size_t limit) {
    if (text.empty()) return;
    const std::string source = allure_uuid(name + "\n" + uuid) + "-attachment.txt";
    folder_.write(source, short_enough(std::move(text), limit));
    files.push_back({name, "text/plain", source});
  }

  std::string short_enough(std::string text, size_t limit) {
    text = bounded(std::move(text), text_bytes_ < kAllAllureTextBytes ? limit : 400);
    text_bytes_ += text.size();
    return text;
  }

  /// What no test is to blame for is a result of its own.
  void put_other(const std::string& suite, const std::string& name, size_t number, const std::string& message,
                 const std::string& trace) {
    Result result;
    result.history = fmt::format("{}::{}\n{}", suite, name, number);
    result.uuid = allure_uuid("other\n" + result.history);
    result.full_name = suite + "::" + name;
    result.name = name;
    result.suite = suite;
    result.status = "broken";
    result.message = message;
    result.trace = trace;
    JsonText json = begin(result, TestInfo());
    put_files(json, {});
    put_allure_steps(json, AttemptFinished(), 0);
    end(json, result.uuid);
  }

  void put_fixture(const FixtureFailed& fixture, size_t number) {
    put_other(fixture.service, fixture.phase, number, bounded(cause_line(fixture), kAllureMessageBytes),
              short_enough(explanation_of(fixture), kAllureTextBytes));
  }

  void put_trouble(const std::string& trouble, size_t number) {
    const std::string text = plain_text(bounded(trouble, kAllureTextBytes));
    put_other("e2e-host", "infrastructure", number, bounded(text, kAllureMessageBytes), text);
  }

  const RunRecord& record_;
  ReportFolder& folder_;
  size_t text_bytes_ = 0;
};

}  // namespace

std::string allure_uuid(std::string_view text) {
  const std::string digits = sha256_digits(text);
  const std::string_view d = digits;
  return fmt::format("{}{}-8{}-8{}-{}", kUuidStart, d.substr(0, 4), d.substr(4, 3), d.substr(7, 3),
                     d.substr(10, 12));
}

bool is_allure_file_of_ours(std::string_view name) {
  if (!name.starts_with(kUuidStart) || name.size() <= kUuidBytes) return false;
  const std::string_view rest = name.substr(kUuidBytes);
  return rest == "-result.json" || rest.starts_with("-attachment.");
}

void write_allure_report(const RunRecord& record, ReportFolder& folder) {
  AllureWriter(record, folder).write();
}

}  // namespace e2e::host
