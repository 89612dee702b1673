#include "report/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <random>
#include <utility>

#include "base/fatal.hpp"
#include "events/as_written.hpp"
#include "events/event_json.hpp"
#include "report/allure_report.hpp"
#include "report/ctrf_report.hpp"
#include "report/event_program.hpp"
#include "report/github_report.hpp"
#include "report/har_report.hpp"
#include "report/html_report.hpp"
#include "report/json_report.hpp"
#include "report/junit_report.hpp"
#include "report/output_file.hpp"
#include "report/report_files.hpp"
#include "report/report_folder.hpp"
#include "report/run_record.hpp"
#include "report/tap_report.hpp"
#include "report/trace_report.hpp"

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

/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions#stopping-and-starting-workflow-commands
class WorkflowCommandGuard : public Reporter {
 public:
  WorkflowCommandGuard(std::function<void(std::string_view)> print, Results results, size_t index)
      : print_(std::move(print)), results_(std::move(results)), index_(index) {
    std::random_device random;
    for (int i = 0; i < 4; ++i) token_ += fmt::format("{:08x}", random());
  }
  void on_event(const Event& event) override {
    if (std::holds_alternative<RunStarted>(event.fact)) print_(fmt::format("::stop-commands::{}\n", token_));
    if (std::holds_alternative<RunFinished>(event.fact))
      (*results_)[index_].console = fmt::format("::{}::\n", token_) + (*results_)[index_].console;
  }

 private:
  std::function<void(std::string_view)> print_;
  Results results_;
  size_t index_;
  std::string token_;
};

/// Reports of a whole run, made of one record.
class RunReporter : public Reporter {
 public:
  explicit RunReporter(Results results) : results_(std::move(results)) {}

  void add(OutputFile file, size_t index) { files_.emplace_back(std::move(file), index); }
  void add(ReportFolder folder, size_t index) { folders_.emplace_back(std::move(folder), index); }
  [[nodiscard]] bool is_needed() const { return !files_.empty() || !folders_.empty(); }

  void on_event(const Event& event) override {
    record_.on_event(as_written(event));
    if (!std::holds_alternative<RunFinished>(event.fact)) return;
    for (auto& [file, index] : files_) {
      OutputResult& result = (*results_)[index];
      try {
        if (result.target.keeps_content) copy(result.target.path, file);
        ReportFiles beside(result.target.format == OutputFormat::html ? result.target.path : "");
        write(result.target, file, beside);
        if (file.commit()) beside.remove_others();
        result.error = file.error();
        if (result.target.format == OutputFormat::github) result.console += github_annotations(record_);
      } catch (const std::exception& error) {
        result.error = error.what();
      }
    }
    for (auto& [folder, index] : folders_) {
      OutputResult& result = (*results_)[index];
      try {
        write_allure_report(record_, folder);
        folder.commit(is_allure_file_of_ours);
        result.error = folder.error();
      } catch (const std::exception& error) {
        result.error = error.what();
      }
    }
  }

 private:
  static void copy(const std::filesystem::path& from, OutputFile& to) {
    std::ifstream in(from, std::ios::binary);
    for (char block[4096]; in.read(block, sizeof block), in.gcount() > 0;)
      to.write({block, static_cast<size_t>(in.gcount())});
  }

  void write(const OutputTarget& target, OutputFile& file, ReportFiles& beside) const {
    const auto& [format, path, shown, keeps_content] = target;
    const Sink sink = [&file](std::string_view bytes) { file.write(bytes); };
    if (format == OutputFormat::html) write_html_report(record_, sink, beside);
    if (format == OutputFormat::har) write_har_report(record_, sink);
    if (format == OutputFormat::junit) write_junit_report(record_, sink);
    if (format == OutputFormat::json) write_json_report(record_, sink);
    if (format == OutputFormat::ctrf) write_ctrf_report(record_, sink);
    if (format == OutputFormat::github) write_github_summary(record_, sink);
    if (format == OutputFormat::tap) write_tap_report(record_, sink);
    if (format == OutputFormat::trace) write_trace_report(record_, sink);
  }

  Results results_;
  RunRecord record_;
  std::vector<std::pair<OutputFile, size_t>> files_;
  std::vector<std::pair<ReportFolder, size_t>> folders_;
};

std::unique_ptr<Reporter> start_program(const OutputTarget& target, const OutputConditions& conditions,
                                        const Results& results, size_t index) {
  const auto told = [results, index](const std::string& error) { (*results)[index].error = error; };
  return std::make_unique<EventProgram>(target.shown, target.path, conditions.is_live, told,
                                        EventProgram::Limits());
}

}  // namespace

Outputs open_outputs(const std::vector<OutputTarget>& targets, const OutputConditions& conditions) {
  auto results = std::make_shared<std::vector<OutputResult>>();
  auto whole_run = std::make_unique<RunReporter>(results);
  Outputs outputs;
  outputs.results = results;
  std::string problems;
  for (size_t i = 0; i < targets.size(); ++i) {
    results->push_back({targets[i], "the run did not finish", ""});
    if (targets[i].format == OutputFormat::exec) continue;
    const auto look_for_problem = [&](const std::string& error) {
      if (!error.empty())
        problems += fmt::format("error: the {} report {} can't be written: {}\n",
                                to_string(targets[i].format), targets[i].shown, error);
    };
    if (targets[i].format == OutputFormat::allure) {
      ReportFolder folder(targets[i].path);
      look_for_problem(folder.error());
      whole_run->add(std::move(folder), i);
      continue;
    }
    OutputFile file = open_target(targets[i]);
    look_for_problem(file.error());
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
  // Programs last: the others are written before anyone waits for one.
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].format == OutputFormat::exec)
      outputs.reporters.push_back(start_program(targets[i], conditions, results, i));
    if (targets[i].format == OutputFormat::github && conditions.guard_workflow_commands)
      outputs.reporters.push_back(
          std::make_unique<WorkflowCommandGuard>(conditions.guard_workflow_commands, results, i));
  }
  return outputs;
}

}  // namespace e2e::host
