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

/// Also for a caller that is in the run's group already, as below it in `host`.
std::string run_folder_in(const CgroupPlace& place, std::string_view run_id) {
  const std::string name = fmt::format("/e2e-{}", run_id);
  const size_t at = place.folder.rfind(name + "/");
  return at == std::string::npos ? place.folder + name : place.folder.substr(0, at + name.size());
}

// In the unified hierarchy a group either has processes or limits those of the groups in it; only the root
// does both: https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint. So the
// processes that are in the group move to one beside the workers', and back at the end.

std::string host_group(const std::string& run_folder) { return run_folder + "/host"; }

/// 0 stands for a process that can't be seen from here.
std::vector<pid_t> members_of(const std::string& folder) {
  std::ifstream in(folder + "/cgroup.procs");
  return {std::istream_iterator<pid_t>(in), {}};
}

pid_t parent_of(pid_t pid) {
  const std::string stat = text_of(fmt::format("/proc/{}/stat", pid));
  const size_t name_end = stat.rfind(')');
  pid_t parent = 0;
  if (name_end != std::string::npos && stat.size() > name_end + 4)
    std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(), parent);
  return parent;
}

/// Whether it is the calling process or descends from it, or is gone meanwhile.
bool is_own(pid_t pid) {
  if (pid == 0) return false;
  if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
  while (pid > 1 && pid != ::getpid()) pid = parent_of(pid);
  return pid == ::getpid();
}

/// Moves the run's own processes from `group` to host_group(). An empty text, or why that can't be.
std::string make_way(const std::string& group, const std::string& run_folder) {
  const std::string to = host_group(run_folder);
  if (::mkdir(to.c_str(), 0755) != 0) return fmt::format("{}: {}", to, std::strerror(errno));
  // What is started while they move is found the next time.
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    const std::vector<pid_t> members = members_of(group);
    if (members.empty()) return {};
    for (const pid_t pid : members)
      if (!is_own(pid))
        return fmt::format(
            "{} has other processes than the run's (process {}), and only a group without any can limit "
            "those of groups in it",
            group, pid);
    for (const pid_t pid : members)
      if (const int error = put(to + "/cgroup.procs", fmt::to_string(pid)); error != 0 && error != ESRCH)
        return fmt::format("{}/cgroup.procs: {}", to, std::strerror(error));
  }
  return fmt::format("{} gets new processes all the time", group);
}

/// Undoes make_way(), if it was done.
void move_back(const std::string& group, const std::string& run_folder) {
  const std::string from = host_group(run_folder);
  if (::access(from.c_str(), F_OK) != 0) return;
  (void)put(run_folder + "/cgroup.subtree_control", "-pids");
  (void)put(group + "/cgroup.subtree_control", "-pids");
  for (const pid_t pid : members_of(from)) (void)put(group + "/cgroup.procs", fmt::to_string(pid));
  ::rmdir(from.c_str());
}

bool is_root(const CgroupPlace& place) {
  return ::access((place.folder + "/cgroup.type").c_str(), F_OK) != 0;
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
  if (place.is_unified && !has_word(text_of(place.folder + "/cgroup.controllers"), ' ', controller))
    return fmt::format("{} does not have the pids controller", place.folder);
  if (::mkdir(folder.c_str(), 0755) != 0)
    return fmt::format("no control group can be made in {}: {}", place.folder, std::strerror(errno));
  if (!place.is_unified) return {};
  std::string why = is_root(place) ? "" : make_way(place.folder, folder);
  if (why.empty()) why = enable(place.folder);
  if (why.empty()) why = enable(folder);
  if (why.empty()) return {};
  move_back(place.folder, folder);
  ::rmdir(folder.c_str());
  return why;
}

std::vector<CgroupPlace> own_places() {
  return pids_cgroups(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
}

void kill_members(const std::string& folder) {
  for (const pid_t pid : members_of(folder))
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
        if (worker == host_group(folder)) continue;
        close_cgroup(worker);
        kill_members(worker);
        ::rmdir(worker.c_str());
      }
      move_back(fs::path(folder).parent_path().string(), folder);
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
