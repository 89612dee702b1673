#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace e2e::host {

/// How many of a managed service there are.
enum class Instances : uint8_t {
  run,     ///< one, which all workers share
  worker,  ///< one for each slot that has a test of it
};

/// `services.NAME.start`: how a run starts the service itself. Texts marked "late" may keep the names of
/// expand_late_names().
struct StartSettings {
  /// Words, never none; late. A text in the file is {"/bin/sh", "-c", text}.
  std::vector<std::string> command;
  /// Added to the host's, each once; nullopt: taken away. Values are late.
  std::vector<std::pair<std::string, std::optional<std::string>>> variables;
  std::string folder = ".";  ///< it starts in, late; relative to the project
  /// Path of its base_url that answers 2xx once it is ready, late; empty: it accepts connections.
  std::string ready_path;
  int64_t ready_timeout_ms = 30'000;
  int stop_signal = SIGTERM;
  int64_t stop_timeout_ms = 5'000;  ///< then SIGKILL; 0: at once
  std::string log;                  ///< file, late; relative to the project; empty: in the run's folder
  bool reuse = false;               ///< one that answers at base_url already is used in its place
  Instances instances = Instances::run;
};

}  // namespace e2e::host
