#include "report/json_report.hpp"

#include "base/json_text.hpp"
#include "events/event_json.hpp"

namespace e2e::host {
namespace {

void put_counts(JsonText& json, const OutcomeCounts& counts) {
  // Tests whose end the run did not tell count as not run: the host died.
  const uint32_t not_run = counts.not_run + counts.tests - counts.finished();
  json.member("total", counts.tests).member("passed", counts.passed).member("failed", counts.failed);
  json.member("flaky", counts.flaky).member("skipped", counts.skipped).member("not_run", not_run);
}

std::string run_text(const RunRecord& record) {
  const RunStarted& run = record.run();
  JsonText json;
  json.begin_object().member("run_id", run.run_id).member("host_version", run.host_version);
  json.member("start_unix_ns", run.start_unix_ns);
  json.member("workers", run.workers).member("is_parallel", run.is_parallel);
  json.member("mode", to_string(run.mode)).member("isolation", to_string(run.isolation));
  if (run.fail_on_flaky) json.member("fail_on_flaky", true);
  put_environment(json, run.environment);
  put_counts(json, record.tally().counts());
  json.member("is_complete", record.is_complete());
  if (record.finish()) {
    json.member("duration_ns", record.finish()->duration_ns).member("work_ns", record.finish()->work_ns);
    json.member("exit_code", record.finish()->exit_code);
    json.member_unless_empty("stopped_by", record.finish()->stopped_by);
  }
  json.key("fixture_failures").begin_array();
  for (const FixtureFailed& fixture : record.tally().failed_fixtures()) {
    json.begin_object();
    put_fixture(json, fixture);
    json.end_object();
  }
  json.end_array().key("troubles").begin_array();
  for (const std::string& trouble : record.tally().troubles()) json.value(trouble);
  return json.end_array().end_object().take();
}

std::string service_text(const ServiceTally& service) {
  JsonText json;
  json.begin_object().member("name", service.name);
  put_counts(json, service.counts);
  json.member("failed_fixtures", service.failed_fixtures);
  if (service.first_start_ns && service.last_finish_ns >= *service.first_start_ns)
    json.member("start_ns", *service.first_start_ns)
        .member("duration_ns", service.last_finish_ns - *service.first_start_ns);
  return json.end_object().take();
}

std::string test_text(const RunRecord& record, uint32_t test) {
  JsonText json;
  json.begin_object();
  put_test(json, record.run().tests[test]);
  json.member("outcome", to_string(record.outcome(test)));
  json.member_unless_empty("reason", record.reason(test));
  json.member("duration_ns", record.duration_ns(test));
  if (const auto& slow = record.tally().test(test).slow_attempts; !slow.empty()) {
    json.key("slow_attempts").begin_array();
    for (const uint32_t attempt : slow) json.value(attempt);
    json.end_array();
  }
  json.key("attempts").begin_array();
  for (const AttemptFinished& attempt : record.attempts(test)) {
    json.begin_object();
    put_attempt(json, attempt);
    json.end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace

void write_json_report(const RunRecord& record, const Sink& sink) {
  sink("{\"schema\":" + std::to_string(kJsonReportSchema) + ",\n\"run\":" + run_text(record));
  std::string_view before = ",\n\"services\":[\n";
  for (const ServiceTally& service : record.tally().services()) {
    sink(std::string(before) + service_text(service));
    before = ",\n";
  }
  sink(record.tally().services().empty() ? ",\n\"services\":[]" : "\n]");
  before = ",\n\"tests\":[\n";
  for (uint32_t test = 0; test < record.run().tests.size(); ++test) {
    sink(std::string(before) + test_text(record, test));
    before = ",\n";
  }
  sink(record.run().tests.empty() ? ",\n\"tests\":[]}\n" : "\n]}\n");
}

}  // namespace e2e::host
