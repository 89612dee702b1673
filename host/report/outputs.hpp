#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/output_request.hpp"
#include "events/reporter.hpp"

namespace e2e::host {

/// One report that a run is to leave.
struct OutputTarget {
  OutputFormat format = OutputFormat::json;  ///< not console
  std::filesystem::path path;                ///< empty: standard output
  std::string shown;                         ///< what people call it
};

/// What became of one.
struct OutputResult {
  OutputTarget target;
  std::string error;  ///< a phrase: why it is not there; empty: it is
};

/// Reports that are written to files. Those of a whole run are written when it has finished; if it never
/// does, what was there stays. What can't be written stops none of the others.
struct Outputs {
  std::vector<std::unique_ptr<Reporter>> reporters;
  /// In the targets' order; filled in as reporters finish.
  std::shared_ptr<const std::vector<OutputResult>> results;
};

/// Finds out whether each can be written; throws Fatal(infrastructure) that names all that can't.
Outputs open_outputs(const std::vector<OutputTarget>& targets);

}  // namespace e2e::host
