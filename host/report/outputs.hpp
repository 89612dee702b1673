#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_request.hpp"
#include "events/reporter.hpp"

namespace e2e::host {

/// One report that a run is to leave.
struct OutputTarget {
  OutputFormat format = OutputFormat::json;  ///< not console
  std::filesystem::path path;                ///< empty: standard output; of exec: the folder it is run in
  std::string shown;                         ///< what people call it; of exec: the command
  bool keeps_content = false;                ///< what the file has already stays before the report
};

/// What became of one.
struct OutputResult {
  OutputTarget target;
  std::string error;    ///< a phrase: why it is not there; empty: it is
  std::string console;  ///< lines that are to be printed once all is over: GitHub's annotations
};

/// Reports that are written to files or handed to programs. Those of a whole run are written when it has
/// finished; if it never does, what was there stays. What can't be written stops none of the others.
struct Outputs {
  std::vector<std::unique_ptr<Reporter>> reporters;
  /// In the targets' order; filled in as reporters finish.
  std::shared_ptr<const std::vector<OutputResult>> results;
};

/// How a run's events come to its reports.
struct OutputConditions {
  bool is_live = true;  ///< from a run that must not wait for anyone
  /// Prints lines on the console at once. Where it is set, workflow commands that a test may print are shown,
  /// and not obeyed by GitHub, until OutputResult::console says that this is over.
  std::function<void(std::string_view)> guard_workflow_commands = {};
};

/// Finds out whether each can be written; throws Fatal(infrastructure) that names all that can't.
Outputs open_outputs(const std::vector<OutputTarget>& targets, const OutputConditions& conditions);

}  // namespace e2e::host
