#include "cli/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <string_view>
#include <system_error>
#include <vector>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t watched = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_CREATE;

bool is_source(const std::string& name) {
  static constexpr std::array<std::string_view, 9> endings = {".cpp", ".cc",  ".cxx", ".c++",  ".c",
                                                              ".h",   ".hpp", ".hh",  ".cmake"};
  if (name == "CMakeLists.txt") return true;
  const std::string ending = fs::path(name).extension().string();
  return !name.starts_with('.') && std::find(endings.begin(), endings.end(), ending) != endings.end();
}

bool may_have_sources(const fs::path& folder) {
  std::error_code error;
  return !folder.filename().string().starts_with('.') &&
         fs::is_directory(fs::symlink_status(folder, error)) && !fs::exists(folder / "CMakeCache.txt", error);
}

fs::path nearest_folder(fs::path path) {
  std::error_code error;
  while (!fs::is_directory(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

FileWatch::FileWatch() : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) throw std::system_error(errno, std::generic_category(), "inotify_init");
}

FileWatch::Folder& FileWatch::watch(const fs::path& folder) {
  const int number = ::inotify_add_watch(fd_.get(), folder.c_str(), watched | IN_ONLYDIR);
  if (number < 0) throw std::system_error(errno, std::generic_category(), "cannot watch " + folder.string());
  Folder& entry = folders_[number];
  entry.path = folder;
  return entry;
}

void FileWatch::add_plugins(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    watch(path).all_libraries = true;
    return;
  }
  const fs::path folder = nearest_folder(path.parent_path());
  Folder& entry = watch(folder);
  if (folder == path.parent_path()) entry.plugins.insert(path.filename().string());
  // What is to come may be a folder of plugins, or the folder that it will be in.
  if (!fs::exists(path, error)) entry.plugins_below = path;
}

void FileWatch::add_config(const fs::path& file) {
  watch(nearest_folder(file.parent_path())).configs.insert(file.filename().string());
}

void FileWatch::add_sources(const fs::path& folder) {
  std::deque<fs::path> open = {folder};
  while (!open.empty() && source_folders_ < most_folders) {
    const fs::path at = open.front();
    open.pop_front();
    Folder& entry = watch(at);
    if (!entry.has_sources) ++source_folders_;
    entry.has_sources = true;
    std::error_code error;
    for (fs::directory_iterator each(at, error), end; !error && each != end; each.increment(error))
      if (may_have_sources(each->path())) open.push_back(each->path());
  }
}

FileWatch::Changes FileWatch::take() {
  Changes changes;
  alignas(inotify_event) char bytes[16 * 1024];
  for (ssize_t n = 0; (n = ::read(fd_.get(), bytes, sizeof bytes)) > 0;) {
    for (ssize_t at = 0; at < n;) {
      inotify_event event{};
      std::copy_n(bytes + at, sizeof event, reinterpret_cast<char*>(&event));
      const std::string name = event.len > 0 ? std::string(bytes + at + sizeof event) : std::string();
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & IN_Q_OVERFLOW) != 0) changes = {true, true, source_folders_ > 0};
      if (const auto folder = folders_.find(event.wd); folder != folders_.end())
        note(Folder(folder->second), name, event.mask, changes);
      if ((event.mask & IN_IGNORED) != 0) folders_.erase(event.wd);
    }
  }
  return changes;
}

void FileWatch::note(const Folder& folder, const std::string& name, uint32_t mask, Changes& changes) {
  const fs::path path = folder.path / name;
  if (!folder.plugins_below.empty()) {
    const fs::path rest = folder.plugins_below.lexically_relative(path);
    if (!rest.empty() && *rest.begin() != "..") {
      add_plugins(folder.plugins_below);
      changes.plugins = true;
    }
  }
  if ((mask & IN_ISDIR) != 0) {
    if (!folder.has_sources || (mask & (IN_CREATE | IN_MOVED_TO)) == 0 || !may_have_sources(path)) return;
    add_sources(path);
    // What was written before it was watched has no event of its own.
    changes.sources = true;
    return;
  }
  // A file that is begun will be closed.
  if ((mask & IN_CREATE) != 0) return;
  changes.plugins |= folder.plugins.count(name) > 0 || (folder.all_libraries && name.ends_with(".so"));
  changes.config |= folder.configs.count(name) > 0;
  changes.sources |= folder.has_sources && is_source(name);
}

}  // namespace e2e::host
