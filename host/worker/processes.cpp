#include "worker/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {
namespace {

constexpr int max_sweeps = 1000;  // a fork bomb must not hold us for ever
constexpr int max_undecided_sweeps = 100;

std::string read_file(const std::string& path, size_t limit) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char piece[4096];
  while (file && text.size() < limit) {
    const ssize_t n = ::read(file.get(), piece, sizeof piece);
    if (n <= 0) break;
    text.append(piece, static_cast<size_t>(n));
  }
  return text;
}

/// A field of a thread's or process' stat file, numbered as in proc(5), from 3; "" if there is none.
std::string stat_field(const std::string& folder, int number) {
  const std::string stat = read_file(folder + "/stat", 2048);
  size_t at = stat.rfind(')');
  for (int field = 2; field < number && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  return at == std::string::npos ? "" : stat.substr(at + 1, stat.find_first_of(" \n", at + 1) - at - 1);
}

/// Where /proc shows a process as it lives: in a process whose main thread has ended before others that is
/// one of these. Empty: it is dead.
std::string living_folder(pid_t pid) {
  const std::string folder = fmt::format("/proc/{}", pid);
  if (stat_field(folder, 3) != "Z") return folder;
  // Its threads may end, and it with them, while they are listed: that is an error of the iterator, and no
  // exception.
  std::error_code error;
  for (std::filesystem::directory_iterator thread(folder + "/task", error), end; !error && thread != end;
       thread.increment(error)) {
    const std::string state = stat_field(thread->path(), 3);
    if (!state.empty() && state != "Z" && state != "X") return thread->path();
  }
  return {};
}

/// A process that forked and has not called exec: it runs the same program, under the same command line.
bool is_copy_of_self(pid_t pid) {
  std::error_code error;
  const auto theirs = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), error);
  return !error && theirs == std::filesystem::read_symlink("/proc/self/exe", error);
}

void append_pids(std::vector<pid_t>& pids, const std::string& list) {
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at < end) {
    pid_t pid = 0;
    const auto [next, error] = std::from_chars(at, end, pid);
    if (error != std::errc()) return;
    pids.push_back(pid);
    at = next + 1;
  }
}

/// In the middle of exec: it has its new memory, but its new environment is not there yet. Of a process that
/// may not be looked at, nothing is shown either: opening its map fails.
bool is_becoming_another(const std::string& folder) {
  if (stat_field(folder, 51) != "0" || stat_field(folder, 23) == "0") return false;
  return static_cast<bool>(UniqueFd(::open((folder + "/maps").c_str(), O_RDONLY | O_CLOEXEC)));
}

bool belongs_to_run(const std::string& folder, const std::string& variable, const std::string& mapping) {
  constexpr size_t limit = 4 << 20;
  const std::string environment = read_file(folder + "/environ", limit);
  const size_t at = environment.find(variable);
  if (at != std::string::npos && (at == 0 || environment[at - 1] == '\0') &&
      (at + variable.size() == environment.size() || environment[at + variable.size()] == '\0'))
    return true;
  return read_file(folder + "/maps", limit).find(mapping) != std::string::npos;
}

}  // namespace

std::vector<pid_t> children_of_self() {
  std::vector<pid_t> pids;
  DIR* threads = ::opendir("/proc/self/task");
  if (threads == nullptr) return pids;
  while (const dirent* thread = ::readdir(threads)) {
    if (thread->d_name[0] != '.')
      append_pids(pids, read_file(fmt::format("/proc/self/task/{}/children", thread->d_name), 1 << 20));
  }
  ::closedir(threads);
  return pids;
}

std::string describe_process(pid_t pid) {
  if (is_copy_of_self(pid)) return fmt::format("a forked copy of its process (pid {})", pid);
  std::string words = read_file(fmt::format("/proc/{}/cmdline", pid), 200);
  if (words.size() > 200) words.resize(200);
  while (!words.empty() && words.back() == '\0') words.pop_back();
  for (char& c : words)
    if (c == '\0' || c == '\n' || c == '\t') c = ' ';
  if (words.empty()) words = "a process";
  return fmt::format("{} (pid {})", printable(words), pid);
}

std::vector<std::string> kill_children(const std::function<bool(pid_t)>& is_spared) {
  std::vector<std::string> killed;
  for (int sweep = 0; sweep < max_sweeps; ++sweep) {
    bool has_found = false;
    for (const pid_t pid : children_of_self()) {
      if (is_spared(pid)) continue;
      has_found = true;
      if (::waitpid(pid, nullptr, WNOHANG | __WALL) == pid) continue;  // it was dead
      if (killed.size() < 100) killed.push_back(describe_process(pid));
      ::kill(pid, SIGKILL);
      while (::waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
      }
    }
    if (!has_found) break;
  }
  return killed;
}

void kill_processes_of_run(std::string_view run_id) {
  const std::string variable = "E2E_RUN_ID=" + std::string(run_id);
  const std::string mapping = SlotMemory::mapping_name(run_id);
  int undecided_sweeps = 0;
  for (int sweep = 0; sweep < max_sweeps; ++sweep) {
    bool has_found = false, has_undecided = false;
    DIR* proc = ::opendir("/proc");
    if (proc == nullptr) return;
    while (const dirent* entry = ::readdir(proc)) {
      const std::string_view name = entry->d_name;
      pid_t pid = 0;
      if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc() || pid == ::getpid())
        continue;
      const std::string folder = living_folder(pid);
      if (folder.empty()) continue;
      if (belongs_to_run(folder, variable, mapping)) {
        has_found = true;
        ::kill(pid, SIGKILL);
      } else if (is_becoming_another(folder)) {
        has_undecided = true;
      }
    }
    ::closedir(proc);
    // Some programs blank their environment for good: these are not waited for without end.
    if (!has_found && (!has_undecided || ++undecided_sweeps > max_undecided_sweeps)) break;
  }
}

}  // namespace e2e::host
