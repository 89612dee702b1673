#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// Notices when files change that a run is made of: by inotify,
/// https://man7.org/linux/man-pages/man7/inotify.7.html.
class FileWatch {
 public:
  /// Throws std::system_error where the kernel has no more watches for this user.
  FileWatch();

  /// A file, or the libraries (.so) in a folder; need not be there yet, as long as some folder above is.
  void add_plugins(const std::filesystem::path& path);
  void add_config(const std::filesystem::path& file);
  /// C and C++ sources, headers and CMakeLists.txt in a folder and below, but not in hidden folders and in
  /// those that something is built in (with a CMakeCache.txt). At most `most_folders`, nearest first.
  void add_sources(const std::filesystem::path& folder);
  static constexpr size_t most_folders = 8192;

  struct Changes {
    bool plugins = false, config = false, sources = false;
    [[nodiscard]] bool any() const { return plugins || config || sources; }
  };
  /// What has changed since the last call; never waits. Folders that came are watched from then on.
  Changes take();

  /// Readable when take() may have something to tell.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] size_t source_folders() const noexcept { return source_folders_; }

 private:
  struct Folder {
    std::filesystem::path path;
    bool has_sources = false;
    std::filesystem::path plugins_below;  ///< not there yet when this was watched in its place; empty: none
    bool all_libraries = false;
    std::set<std::string> plugins, configs;  ///< names of files
  };
  Folder& watch(const std::filesystem::path& folder);
  void note(const Folder& folder, const std::string& name, uint32_t mask, Changes& changes);

  UniqueFd fd_;
  std::map<int, Folder> folders_;  ///< by inotify's number
  size_t source_folders_ = 0;
};

}  // namespace e2e::host
