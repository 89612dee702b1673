#include "base/pids_cgroup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/unique_fd.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view controller = "pids";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool has_word(std::string_view text, char separator, std::string_view word) {
  const auto words = split(text, separator);
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  std::string text(std::istreambuf_iterator<char>(in), {});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// 0 or an errno.
int put(const std::string& file, std::string_view text) noexcept {
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return errno;
  return ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : errno;
}

/// Where a group with that path in its hierarchy is below a mount that shows the hierarchy from `root` on;
/// empty: not there.
std::string below_mount(std::string_view path, std::string_view root, std::string_view mount_point) {
  if (root == "/") root = "";
  if (path == "/") path = "";
  if (!path.starts_with(root) || (path.size() > root.size() && path[root.size()] != '/')) return {};
  return std::string(mount_point) + std::string(path.substr(root.size()));
}

std::string run_folder_in(const CgroupPlace& place, std::string_view run_id) {
  return fmt::format("{}/e2e-{}", place.folder, run_id);
}

/// Has the groups below this one limit their processes. An empty text, or why that can't be.
std::string enable(const std::string& folder) {
  if (!has_word(text_of(folder + "/cgroup.controllers"), ' ', controller))
    return fmt::format("{} does not have the pids controller", folder);
  if (has_word(text_of(folder + "/cgroup.subtree_control"), ' ', controller)) return {};
  const int error = put(folder + "/cgroup.subtree_control", "+pids");
  return error == 0 ? "" : fmt::format("{}/cgroup.subtree_control: {}", folder, std::strerror(error));
}

std::string make_in(const CgroupPlace& place, const std::string& folder) {
  if (place.is_unified)
    if (std::string why = enable(place.folder); !why.empty()) return why;
  if (::mkdir(folder.c_str(), 0755) != 0)
    return fmt::format("no control group can be made in {}: {}", place.folder, std::strerror(errno));
  if (!place.is_unified) return {};
  std::string why = enable(folder);
  if (!why.empty()) ::rmdir(folder.c_str());
  return why;
}

std::vector<CgroupPlace> own_places() {
  return pids_cgroups(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
}

void kill_members(const std::string& folder) {
  std::ifstream members(folder + "/cgroup.procs");
  for (pid_t pid = 0; members >> pid;)
    if (pid > 0 && pid != ::getpid()) ::kill(pid, SIGKILL);
}

}  // namespace

std::vector<CgroupPlace> pids_cgroups(std::string_view memberships, std::string_view mounts) {
  std::vector<CgroupPlace> places;
  for (const std::string_view membership : split(memberships, '\n')) {
    // NUMBER:CONTROLLERS:PATH, of the unified hierarchy 0::PATH.
    const size_t first = membership.find(':');
    const size_t second = first == membership.npos ? first : membership.find(':', first + 1);
    if (second == membership.npos) continue;
    const std::string_view controllers = membership.substr(first + 1, second - first - 1);
    const bool is_unified = membership.starts_with("0::");
    if (!is_unified && !has_word(controllers, ',', controller)) continue;
    for (const std::string_view mount : split(mounts, '\n')) {
      // ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS... - TYPE SOURCE SUPER_OPTIONS
      const auto words = split(mount, ' ');
      const auto dash = std::find(words.begin(), words.end(), "-");
      if (words.size() < 6 || words.end() - dash < 4 || dash - words.begin() < 5) continue;
      if (*(dash + 1) != (is_unified ? "cgroup2" : "cgroup")) continue;
      if (!is_unified && !has_word(*(dash + 3), ',', controller)) continue;
      std::string folder = below_mount(membership.substr(second + 1), words[3], words[4]);
      if (folder.empty()) continue;
      const auto at = is_unified ? places.begin() : places.end();
      places.insert(at, {std::move(folder), is_unified});
      break;
    }
  }
  return places;
}

RunCgroup make_run_cgroup(std::string_view run_id) {
  RunCgroup made;
  for (const CgroupPlace& place : own_places()) {
    const std::string folder = run_folder_in(place, run_id);
    std::string why = make_in(place, folder);
    if (why.empty()) return {folder, {}};
    made.why_not += (made.why_not.empty() ? "" : "; ") + why;
  }
  if (made.why_not.empty()) made.why_not = "no control groups with the pids controller are mounted";
  return made;
}

void remove_run_cgroup(std::string_view run_id) {
  constexpr int tries = 100;
  for (const CgroupPlace& place : own_places()) {
    const std::string folder = run_folder_in(place, run_id);
    for (int i = 0; i < tries; ++i) {
      std::error_code gone;
      for (fs::directory_iterator entry(folder, gone), end; !gone && entry != end; entry.increment(gone)) {
        if (std::error_code error; !entry->is_directory(error)) continue;
        const std::string worker = entry->path().string();
        close_cgroup(worker);
        kill_members(worker);
        ::rmdir(worker.c_str());
      }
      if (::rmdir(folder.c_str()) == 0 || errno != EBUSY) break;
      // What was killed takes a moment to go.
      ::usleep(10'000);
    }
  }
}

int make_worker_cgroup(const std::string& folder, int64_t max_processes) noexcept {
  if (::mkdir(folder.c_str(), 0755) != 0) return errno;
  char digits[24];
  const char* const end = std::to_chars(std::begin(digits), std::end(digits), max_processes).ptr;
  const int error = put(folder + "/pids.max", {digits, static_cast<size_t>(end - digits)});
  if (error != 0) ::rmdir(folder.c_str());
  return error;
}

bool enter_cgroup(const std::string& folder) noexcept { return put(folder + "/cgroup.procs", "0") == 0; }

void close_cgroup(const std::string& folder) noexcept { (void)put(folder + "/pids.max", "0"); }

void remove_worker_cgroup(const std::string& folder) noexcept { ::rmdir(folder.c_str()); }

}  // namespace e2e::host
