#pragma once

#include <e2e/abi.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "discovery/described_plugin.hpp"
#include "worker/instance_context.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

struct WorkerState;

/// A plugin that can't be used as it is configured; what() is a sentence for those who can't tell where that
/// is.
struct SettingsRefusal : std::runtime_error {
  SettingsRefusal(const std::string& path, SettingsRefused all);
  SettingsRefused problems;
};

/// A loaded plugin, initialised for one service in one worker. Its library is never unloaded. Whoever makes
/// one is a worker: loading runs a stranger's code.
class PluginInstance {
 public:
  /// Loads the library and initialises it. Throws std::runtime_error with a sentence that names the file, the
  /// reason and the way out. What the library's own code throws, exits or crashes with is the worker's end.
  /// Throws SettingsRefusal where it rejects its settings.
  PluginInstance(std::string path, const ServiceOrder& service, WorkerState& worker);
  /// Ends the instance. Not called where a worker's process ends.
  ~PluginInstance();
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& service() const noexcept { return own_.service; }
  /// Asks the plugin for its tests, bounded. Throws std::runtime_error where the list breaks the ABI.
  [[nodiscard]] DescribedPlugin describe() const;
  /// Computed once.
  [[nodiscard]] uint64_t list_fingerprint();

  [[nodiscard]] const e2e_plugin& plugin() const noexcept { return *plugin_; }
  [[nodiscard]] void* context() const noexcept { return context_; }

 private:
  void check_abi() const;
  [[nodiscard]] uint32_t test_count() const;

  std::string path_;
  InstanceContext own_;
  e2e_host host_{};
  const e2e_plugin* plugin_ = nullptr;
  void* context_ = nullptr;
  bool is_initialised_ = false;
  uint64_t fingerprint_ = 0;
};

}  // namespace e2e::host
