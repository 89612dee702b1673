#include "stacks/traced_process.hpp"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "base/unique_fd.hpp"
#include "stacks/memory_map.hpp"

namespace e2e::host {
namespace {

std::string read_start(const std::string& path, size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char bytes[16 * 1024];
  while (fd && text.size() < max_bytes) {
    const ssize_t n = ::read(fd.get(), bytes, std::min(sizeof bytes, max_bytes - text.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(bytes, static_cast<size_t>(n));
  }
  return text;
}

pid_t parent_of(pid_t pid) {
  const std::string stat = read_start(fmt::format("/proc/{}/stat", pid), 4096);
  // The name, in parentheses, may hold anything: "pid (name) state parent ...".
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > stat.size()) return -1;
  const char* const first = stat.data() + name_end + 4;
  pid_t parent = -1;
  std::from_chars(first, stat.data() + stat.size(), parent);
  return parent;
}

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> threads;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(fmt::format("/proc/{}/task", pid).c_str()),
                                                   ::closedir);
  if (!folder) return threads;
  while (const dirent* entry = ::readdir(folder.get())) {
    pid_t tid = 0;
    const char* const end = entry->d_name + std::strlen(entry->d_name);
    if (std::from_chars(entry->d_name, end, tid).ptr == end && tid > 0) threads.push_back(tid);
  }
  // The main thread has the process's number; the others as they were started.
  std::sort(threads.begin(), threads.end());
  std::stable_partition(threads.begin(), threads.end(), [pid](pid_t tid) { return tid == pid; });
  return threads;
}

/// A thread that is held still, and goes on when this goes.
class StoppedThread {
 public:
  explicit StoppedThread(pid_t tid) : tid_(tid) {
    if (::ptrace(PTRACE_SEIZE, tid, 0, 0) != 0) throw std::runtime_error(std::strerror(errno));
    is_seized_ = true;
    int status = 0;
    if (::ptrace(PTRACE_INTERRUPT, tid, 0, 0) != 0 || ::waitpid(tid, &status, __WALL) != tid ||
        !WIFSTOPPED(status)) {
      let_go();
      throw std::runtime_error("it ended just then");
    }
    // What stopped it may be a signal on its way to it: it must not get lost.
    if (status >> 16 == 0) pending_signal_ = WSTOPSIG(status);
  }
  ~StoppedThread() {
    if (is_seized_) let_go();
  }
  StoppedThread(const StoppedThread&) = delete;
  StoppedThread& operator=(const StoppedThread&) = delete;

  [[nodiscard]] Registers registers() const {
    user_regs_struct values{};
    iovec piece{&values, sizeof values};
    if (::ptrace(PTRACE_GETREGSET, tid_, NT_PRSTATUS, &piece) != 0)
      throw std::runtime_error(std::strerror(errno));
    return registers_of(values);
  }
  [[nodiscard]] pid_t tid() const noexcept { return tid_; }

 private:
  /// One that was killed meanwhile can't be detached, and stays as a zombie, also to its parent, until its
  /// tracer has waited for it.
  void let_go() const noexcept {
    while (::ptrace(PTRACE_DETACH, tid_, 0, pending_signal_) != 0) {
      int status = 0;
      const pid_t waited = ::waitpid(tid_, &status, __WALL);
      // One that has stopped only now can be detached.
      if (waited < 0 ? errno != EINTR : !WIFSTOPPED(status)) return;
    }
  }

  const pid_t tid_;
  bool is_seized_ = false;
  int pending_signal_ = 0;
};

/// Lets go of the last one first: a process's first thread can't be waited for before the others.
struct StoppedThreads : std::vector<std::unique_ptr<StoppedThread>> {
  StoppedThreads() = default;
  StoppedThreads(StoppedThreads&&) = default;
  ~StoppedThreads() {
    while (!empty()) pop_back();
  }
};

/// Stops the process's threads, also those that it starts meanwhile.
StoppedThreads stop_threads(pid_t pid) {
  StoppedThreads stopped;
  for (bool has_more = true; has_more && stopped.size() < Snapshot::max_threads;) {
    has_more = false;
    for (const pid_t tid : threads_of(pid)) {
      if (stopped.size() == Snapshot::max_threads) break;
      if (std::any_of(stopped.begin(), stopped.end(), [tid](const auto& one) { return one->tid() == tid; }))
        continue;
      try {
        stopped.push_back(std::make_unique<StoppedThread>(tid));
        has_more = true;
      } catch (const std::runtime_error&) {
        // Of a process that can't be traced the main thread, the first, can't either; another may have ended.
        if (stopped.empty()) throw;
      }
    }
  }
  return stopped;
}

ThreadSnapshot snapshot_of_thread(const StoppedThread& thread, pid_t pid, std::string_view maps) {
  ThreadSnapshot snapshot;
  snapshot.tid = thread.tid();
  snapshot.name = read_start(fmt::format("/proc/{}/task/{}/comm", pid, thread.tid()), 64);
  while (!snapshot.name.empty() && snapshot.name.back() == '\n') snapshot.name.pop_back();
  snapshot.registers = thread.registers();
  const AddressRange live = live_stack(maps, snapshot.registers.sp(), Snapshot::max_stack_bytes);
  snapshot.stack_start = live.start;
  snapshot.stack.resize(live.end - live.start);
  const iovec here{snapshot.stack.data(), snapshot.stack.size()};
  const iovec there{reinterpret_cast<void*>(live.start), snapshot.stack.size()};
  const ssize_t n = ::process_vm_readv(pid, &here, 1, &there, 1, 0);
  snapshot.stack.resize(n < 0 ? 0 : static_cast<size_t>(n));
  return snapshot;
}

}  // namespace

Snapshot snapshot_of_process(pid_t pid, pid_t parent) {
  Snapshot snapshot;
  snapshot.pid = pid;
  const auto threads = stop_threads(pid);
  if (threads.empty() || parent_of(pid) != parent) throw std::runtime_error("it had ended");
  snapshot.maps = read_start(fmt::format("/proc/{}/maps", pid), Snapshot::max_maps_bytes);
  for (const auto& thread : threads)
    snapshot.threads.push_back(snapshot_of_thread(*thread, pid, snapshot.maps));
  return snapshot;
}

}  // namespace e2e::host
