#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

namespace e2e::host {

/// Headings that `run --help` and `list --help` put options under, in this order.
inline const std::string help_tests = "Which tests";
inline const std::string help_sources = "Where from";
inline const std::string help_workers = "How they run";
inline const std::string help_repetition = "How often, and what around it";
inline const std::string help_output = "What is shown";

/// A help page of lines of at most 100 columns: an option a line.
std::shared_ptr<CLI::Formatter> make_help_formatter();

}  // namespace e2e::host
