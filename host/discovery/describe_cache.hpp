#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "discovery/described_plugin.hpp"

namespace e2e::host {

/// Test lists of plugins seen before, by the plugin's content: a plugin that has not changed is not asked
/// again. Losing it costs time only; nothing it fails to read or write is an error.
class DescribeCache {
 public:
  /// `folder` is made when something is kept.
  explicit DescribeCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] std::optional<DescribedPlugin> find(const std::string& content_hash,
                                                    const std::string& service) const;
  /// Written to a temporary name and renamed: another run sees all of it or nothing.
  void keep(const std::string& content_hash, const std::string& service,
            const DescribedPlugin& described) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& content_hash,
                                              const std::string& service) const;
  std::filesystem::path folder_;
};

}  // namespace e2e::host
