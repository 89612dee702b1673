#include "report/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "base/fatal.hpp"
#include "events/as_written.hpp"
#include "events/event_json.hpp"
#include "report/html_report.hpp"
#include "report/json_report.hpp"
#include "report/junit_report.hpp"
#include "report/output_file.hpp"
#include "report/run_record.hpp"

namespace e2e::host {
namespace {

using Results = std::shared_ptr<std::vector<OutputResult>>;

OutputFile open_target(const OutputTarget& target) {
  return target.path.empty() ? OutputFile(STDOUT_FILENO) : OutputFile(target.path);
}

/// The journal's lines, as they come.
class LineReporter : public Reporter {
 public:
  LineReporter(OutputFile file, Results results, size_t index)
      : file_(std::move(file)), results_(std::move(results)), index_(index) {}

  void on_event(const Event& event) override {
    file_.write(writer_.line(event) + "\n");
    if (std::holds_alternative<RunFinished>(event.fact)) {
      file_.commit();
      (*results_)[index_].error = file_.error();
    }
  }
  void on_tick(int64_t /*time_ns*/) override { file_.flush(); }

 private:
  OutputFile file_;
  Results results_;
  size_t index_;
  EventWriter writer_;
};

/// Reports of a whole run, made of one record.
class RunReporter : public Reporter {
 public:
  explicit RunReporter(Results results) : results_(std::move(results)) {}

  void add(OutputFile file, size_t index) { files_.emplace_back(std::move(file), index); }
  [[nodiscard]] bool is_needed() const { return !files_.empty(); }

  void on_event(const Event& event) override {
    record_.on_event(as_written(event));
    if (!std::holds_alternative<RunFinished>(event.fact)) return;
    for (auto& [file, index] : files_) {
      OutputResult& result = (*results_)[index];
      try {
        write(result.target.format, file);
        file.commit();
        result.error = file.error();
      } catch (const std::exception& error) {
        result.error = error.what();
      }
    }
  }

 private:
  void write(OutputFormat format, OutputFile& file) const {
    const Sink sink = [&file](std::string_view bytes) { file.write(bytes); };
    if (format == OutputFormat::html) write_html_report(record_, sink);
    if (format == OutputFormat::junit) write_junit_report(record_, sink);
    if (format == OutputFormat::json) write_json_report(record_, sink);
  }

  Results results_;
  RunRecord record_;
  std::vector<std::pair<OutputFile, size_t>> files_;
};

}  // namespace

Outputs open_outputs(const std::vector<OutputTarget>& targets) {
  auto results = std::make_shared<std::vector<OutputResult>>();
  auto whole_run = std::make_unique<RunReporter>(results);
  Outputs outputs;
  outputs.results = results;
  std::string problems;
  for (size_t i = 0; i < targets.size(); ++i) {
    OutputFile file = open_target(targets[i]);
    if (!file.error().empty())
      problems += fmt::format("error: the {} report {} can't be written: {}\n", to_string(targets[i].format),
                              targets[i].shown, file.error());
    results->push_back({targets[i], "the run did not finish"});
    if (targets[i].format == OutputFormat::ndjson)
      outputs.reporters.push_back(std::make_unique<LineReporter>(std::move(file), results, i));
    else
      whole_run->add(std::move(file), i);
  }
  if (!problems.empty())
    throw Fatal(ExitCode::infrastructure,
                problems +
                    "hint: make it writable, or choose another place with --output FORMAT=PATH or "
                    "--report-dir DIR; nothing was started");
  if (whole_run->is_needed()) outputs.reporters.push_back(std::move(whole_run));
  return outputs;
}

}  // namespace e2e::host
