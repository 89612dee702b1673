// A private folder that goes when its object goes.
#pragma once

#include <filesystem>

namespace demo {

/// Owns a new folder (mode 0700) under $TMPDIR, else /tmp.
class TemporaryFolder {
 public:
  /// Throws std::runtime_error if it can't be made.
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  /// Removes it with all that is in it.
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace demo
