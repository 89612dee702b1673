#include "report/junit_report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <utility>

#include "report/attachment_content.hpp"
#include "report/attempt_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"
#include "report/report_files.hpp"

namespace e2e::host {
namespace {

/// GitLab reads files up to 30 MB: what all outputs may take together, and one of a test that did not pass.
constexpr size_t kAllOutputBytes = 12u << 20;
constexpr size_t kOutputBytes = 64u << 10;
constexpr size_t kPassedOutputBytes = 4u << 10;
constexpr size_t kJunitMessageBytes = 1000;
/// A text of a failure, and what all may take together before they get short.
constexpr size_t kFailureBytes = 128u << 10;
constexpr size_t kAllFailureBytes = 12u << 20;

std::string seconds(int64_t ns) {
  return fmt::format("{:.3f}", static_cast<double>(std::max<int64_t>(ns, 0)) / 1e9);
}

std::string timestamp(int64_t unix_ns) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(unix_ns / 1'000'000'000)));
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

void add_text(pugi::xml_node node, const std::string& text) {
  node.append_child(pugi::node_pcdata).set_value(text.c_str());
}

void add_property(pugi::xml_node properties, const char* name, const std::string& value) {
  pugi::xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

/// How many testcases of a suite, or of all, came to what.
struct Counts {
  uint32_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Counts& operator+=(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    return *this;
  }
};

void set_counts(pugi::xml_node node, const Counts& counts) {
  node.append_attribute("tests") = counts.tests;
  node.append_attribute("failures") = counts.failures;
  node.append_attribute("errors") = counts.errors;
  node.append_attribute("skipped") = counts.skipped;
}

class JUnitWriter {
 public:
  explicit JUnitWriter(const RunRecord& record) : record_(record) {}

  void write(const Sink& sink) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    pugi::xml_node root = document.append_child("testsuites");
    set(root, "name", "e2e-host");
    // Attributes are in place before the suites, whose counts they add up.
    Counts all;
    for (size_t i = 0; i < record_.tally().services().size(); ++i) all += add_suite(root, i);
    if (!record_.tally().troubles().empty()) all += add_trouble(root);
    set_counts(root, all);
    set(root, "time", seconds(record_.finish() ? record_.finish()->duration_ns : record_.end_ns()));
    set(root, "timestamp", timestamp(record_.run().start_unix_ns));
    struct : pugi::xml_writer {
      const Sink* sink = nullptr;
      void write(const void* data, size_t size) override {
        (*sink)(std::string_view(static_cast<const char*>(data), size));
      }
    } out;
    out.sink = &sink;
    document.save(out, " ", pugi::format_indent, pugi::encoding_utf8);
  }

 private:
  Counts add_suite(pugi::xml_node root, size_t index) {
    const ServiceTally& service = record_.tally().services()[index];
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", plain_line(service.name));
    pugi::xml_node properties = suite.append_child("properties");
    const RunStarted& run = record_.run();
    add_property(properties, "run_id", plain_line(run.run_id));
    add_property(properties, "host_version", plain_line(run.host_version));
    add_property(properties, "mode", std::string(to_string(run.mode)));
    add_property(properties, "isolation", std::string(to_string(run.isolation)));
    add_property(properties, "workers", std::to_string(run.workers));

    Counts counts;
    int64_t work_ns = 0;
    for (uint32_t test = 0; test < run.tests.size(); ++test) {
      if (record_.tally().test(test).service != index) continue;
      add_case(suite, test, counts);
      work_ns += record_.duration_ns(test);
    }
    add_fixtures(suite, service.name, counts);
    set_counts(suite, counts);
    set(suite, "time", seconds(work_ns));
    set(suite, "timestamp", timestamp(run.start_unix_ns + service.first_start_ns.value_or(0)));
    return counts;
  }

  /// Of cases with the same class and name, readers take the first only.
  pugi::xml_node start_case(pugi::xml_node suite, std::string class_name, std::string name,
                            const std::string& otherwise) {
    if (!names_.insert({class_name, name}).second) {
      name = otherwise;
      for (int i = 2; !names_.insert({class_name, name}).second; ++i)
        name = fmt::format("{} ({})", otherwise, i);
    }
    pugi::xml_node element = suite.append_child("testcase");
    set(element, "classname", class_name);
    set(element, "name", name);
    return element;
  }

  void add_case(pugi::xml_node suite, uint32_t index, Counts& counts) {
    const TestInfo test = plain_test(record_.run().tests[index]);
    pugi::xml_node element = start_case(suite, test.service + "." + test.module, test.name, test.id);
    if (!test.file.empty()) set(element, "file", test.file);
    if (test.line > 0) element.append_attribute("line") = test.line;
    set(element, "time", seconds(record_.duration_ns(index)));
    ++counts.tests;

    std::vector<AttemptFinished> attempts;
    for (const AttemptFinished& attempt : record_.attempts(index)) attempts.push_back(plain_attempt(attempt));
    add_properties(element, test, index, attempts);
    add_result(element, test, index, attempts, counts);
    if (attempts.empty()) return;
    const size_t limit = has_passed(record_.outcome(index)) ? kPassedOutputBytes : kOutputBytes;
    add_outputs(element, attempts.back(), limit);
  }

  void add_properties(pugi::xml_node element, const TestInfo& test, uint32_t index,
                      const std::vector<AttemptFinished>& attempts) {
    pugi::xml_node properties = element.append_child("properties");
    add_property(properties, "outcome", std::string(to_string(record_.outcome(index))));
    for (const std::string& tag : test.tags) add_property(properties, "tag", tag);
    if (!test.priority.empty()) add_property(properties, "priority", test.priority);
    for (const std::string& id : test.depends_on) add_property(properties, "depends_on", id);
    add_property(properties, "attempts", std::to_string(attempts.size()));
    if (attempts.empty()) return;
    add_property(properties, "worker", std::to_string(attempts.back().worker));
    add_property(properties, "slot", std::to_string(attempts.back().slot));
    for (const std::string& note : attempts.back().notes) add_property(properties, "note", note);
  }

  void add_result(pugi::xml_node element, const TestInfo& test, uint32_t index,
                  const std::vector<AttemptFinished>& attempts, Counts& counts) {
    const Outcome outcome = record_.outcome(index);
    size_t earlier = attempts.size();
    if (outcome == Outcome::failed) {
      if (attempts.empty()) {
        pugi::xml_node error = element.append_child("error");
        set(error, "message", bounded(plain_text(record_.reason(index)), kJunitMessageBytes));
        ++counts.errors;
        return;
      }
      const AttemptFinished& last = attempts.back();
      const bool is_failure = last.status == Status::failed;
      ++(is_failure ? counts.failures : counts.errors);
      add_bad_attempt(element.append_child(is_failure ? "failure" : "error"), test, last, false);
      --earlier;
    } else if (!has_passed(outcome)) {
      const std::string reason = plain_text(record_.reason(index));
      set(element.append_child("skipped"), "message",
          bounded(outcome == Outcome::not_run ? "not run: " + reason : reason, kJunitMessageBytes));
      ++counts.skipped;
    }
    for (size_t i = 0; i < earlier; ++i)
      if (is_bad(attempts[i].status))
        add_bad_attempt(element.append_child(has_passed(outcome) ? "flakyFailure" : "rerunFailure"), test,
                        attempts[i], true);
  }

  void add_bad_attempt(pugi::xml_node element, const TestInfo& test, const AttemptFinished& attempt,
                       bool is_earlier) {
    const std::string message = message_of(attempt, kJunitMessageBytes);
    set(element, "message", message);
    set(element, "type", std::string(to_string(attempt.status)));
    const bool is_room_left = failure_bytes_ < kAllFailureBytes;
    std::string text = bounded(message + "\n" + explanation_of(test, attempt),
                               is_room_left ? kFailureBytes : 2 * kJunitMessageBytes);
    failure_bytes_ += text.size();
    if (!is_earlier) return add_text(element, text);
    add_text(element.append_child("stackTrace"), text);
    add_outputs(element, attempt, kOutputBytes);
  }

  void add_outputs(pugi::xml_node element, const AttemptFinished& attempt, size_t limit) {
    add_output(element, "system-out", attempt.stdout_output, limit, attachment_tags(attempt));
    add_output(element, "system-err", attempt.stderr_output, limit);
  }

  /// As Jenkins' JUnit attachments plugin and GitLab read them.
  static std::string attachment_tags(const AttemptFinished& attempt) {
    std::string tags;
    for (const AttachmentRecord& attachment : attempt.attachments)
      tags += fmt::format("[[ATTACHMENT|{}]]\n", plain_line(path_in_job(attachment_path(attachment))));
    return tags;
  }

  void add_output(pugi::xml_node element, const char* name, const CapturedOutput& output, size_t limit,
                  const std::string& also = {}) {
    if (output.total_bytes == 0 && also.empty()) return;
    if (output_bytes_ > kAllOutputBytes) limit = 200;
    std::string text = bounded(output_text(output), limit);
    if (!also.empty() && !text.empty() && !text.ends_with('\n')) text += '\n';
    text += also;
    output_bytes_ += text.size();
    add_text(element.append_child(name), text);
  }

  /// One case for each fixture of the service, however many scopes it failed in.
  void add_fixtures(pugi::xml_node suite, const std::string& service, Counts& counts) {
    std::map<std::string, std::set<std::string>> texts;
    std::map<std::string, std::string> messages;
    for (const FixtureFailed& failed : record_.tally().failed_fixtures()) {
      if (failed.service != service) continue;
      const FixtureFailed fixture = plain_fixture(failed);
      texts[fixture.phase].insert(bounded(explanation_of(fixture), kFailureBytes));
      messages.emplace(fixture.phase, bounded(cause_line(fixture), kJunitMessageBytes));
    }
    for (const auto& [phase, different] : texts) {
      pugi::xml_node element =
          start_case(suite, plain_line(service), phase, plain_line(service) + "::" + phase);
      pugi::xml_node failure = element.append_child("failure");
      set(failure, "message", messages[phase]);
      set(failure, "type", "fixture");
      std::string text = messages[phase] + "\n";
      for (const std::string& each : different) text += each;
      add_text(failure, bounded(text, kFailureBytes));
      ++counts.tests;
      ++counts.failures;
    }
  }

  Counts add_trouble(pugi::xml_node root) {
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", "e2e-host");
    Counts counts;
    for (const std::string& trouble : record_.tally().troubles()) {
      pugi::xml_node element = start_case(suite, "e2e-host", "infrastructure", "infrastructure");
      pugi::xml_node error = element.append_child("error");
      const std::string text = bounded(plain_text(trouble), kFailureBytes);
      set(error, "message", bounded(text, kJunitMessageBytes));
      set(error, "type", "trouble");
      add_text(error, text);
      ++counts.tests;
      ++counts.errors;
      if (counts.errors == 100) break;
    }
    set_counts(suite, counts);
    return counts;
  }

  const RunRecord& record_;
  std::set<std::pair<std::string, std::string>> names_;
  size_t output_bytes_ = 0, failure_bytes_ = 0;
};

}  // namespace

void write_junit_report(const RunRecord& record, const Sink& sink) { JUnitWriter(record).write(sink); }

}  // namespace e2e::host
