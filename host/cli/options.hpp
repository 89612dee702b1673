#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "selection/selection.hpp"

namespace e2e::host {

enum class Command { none, run, list, inspect, config_check, config_show, doctor, version };

/// What the command line asked for. Nothing here has been looked up yet.
struct Options {
  Command command = Command::none;

  // run, list, config
  Wanted wanted;
  std::optional<std::filesystem::path> config_file;
  std::optional<std::string> environment;
  std::vector<std::string> settings;  ///< --set KEY=VALUE
  std::vector<std::filesystem::path> plugins;
  bool allow_empty = false;

  // run
  std::optional<std::string> parallel;  ///< "auto" or a number
  std::optional<std::string> mode, isolation;
  std::optional<int64_t> timeout_ms, run_timeout_ms;
  std::optional<uint32_t> retries;
  uint32_t fail_fast = 0;  ///< 0: never
  bool verbose = false, quiet = false, debug = false;
  std::string color = "auto";
  std::vector<std::string> outputs;  ///< FORMAT[=PATH], each without output_request_problem()
  std::optional<std::filesystem::path> report_dir;
  std::optional<int> events_to;  ///< a descriptor; on no help page: for the library of host/library/

  bool json = false;                         ///< list, inspect, config show, doctor, version
  std::vector<std::filesystem::path> files;  ///< inspect
  std::vector<std::string> keys;             ///< config show
  bool with_network = false;                 ///< doctor
};

/// Reads the command line. Prints help and sets `exit_status` where that is all there is to do.
/// Throws Fatal(usage) for a command line that can't be.
Options parse_options(int argc, char** argv, std::optional<int>& exit_status);

}  // namespace e2e::host
