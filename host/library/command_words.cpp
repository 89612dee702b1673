#include "command_words.hpp"

#include <filesystem>

namespace e2e::host {
namespace {

const char* word(ParallelMode mode) { return mode == ParallelMode::test ? "test" : "service"; }

const char* word(IsolationLevel level) {
  switch (level) {
    case IsolationLevel::service:
      return "service";
    case IsolationLevel::none:
      return "none";
    case IsolationLevel::process:
      break;
  }
  return "process";
}

std::string workers(const ParallelConfig& parallel) {
  if (!parallel.enabled) return "0";
  return parallel.max_workers ? std::to_string(*parallel.max_workers) : "auto";
}

}  // namespace

std::vector<std::string> command_words(const ParallelConfig& parallel, const RunOptions& options,
                                       int event_descriptor, bool verbose) {
  std::vector<std::string> words{"run"};
  const auto add = [&words](const char* option, const std::string& value) {
    words.push_back(std::string(option) + "=" + value);
  };
  const auto add_each = [&add](const char* option, const std::vector<std::string>& values) {
    for (const std::string& value : values) add(option, value);
  };
  add("--parallel", workers(parallel));
  if (parallel.mode) add("--parallel-mode", word(*parallel.mode));
  if (parallel.isolation_level) add("--isolation", word(*parallel.isolation_level));
  add_each("--service", options.services);
  add_each("--module", options.modules);
  add_each("--tag", options.tags);
  add_each("--exclude-tag", options.excluded_tags);
  add_each("--filter", options.filters);
  if (options.environment) add("--environment", *options.environment);
  add_each("--set", options.settings);
  // The program runs in another working folder.
  for (const auto& path : options.plugins) add("--plugins", std::filesystem::absolute(path).string());
  if (options.config_file) add("--config", std::filesystem::absolute(*options.config_file).string());
  if (options.retries) add("--retries", std::to_string(*options.retries));
  if (options.test_timeout_ms) add("--timeout", std::to_string(*options.test_timeout_ms));
  if (options.run_timeout_ms) add("--run-timeout", std::to_string(*options.run_timeout_ms));
  if (options.allow_empty) words.emplace_back("--allow-empty");
  if (verbose) words.emplace_back("--verbose");
  add("--events-to", std::to_string(event_descriptor));
  if (!options.names.empty()) words.emplace_back("--");
  words.insert(words.end(), options.names.begin(), options.names.end());
  return words;
}

}  // namespace e2e::host
