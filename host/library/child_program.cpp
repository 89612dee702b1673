#include "child_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/unique_fd.hpp"

extern char** environ;

namespace e2e::host {
namespace {

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// A close-on-exec pipe. Its writing end is above those that a child's are made of, which come from it by
/// dup2.
FdPair pipe_for_child() {
  FdPair pipe = make_pipe();
  const int high = ::fcntl(pipe.second.get(), F_DUPFD_CLOEXEC, child_event_descriptor + 1);
  if (high < 0) check(errno, "fcntl");
  pipe.second.reset(high);
  set_nonblocking(pipe.first.get());
  return pipe;
}

/// What posix_spawn does in the child, and the state it starts in.
class SpawnPlan {
 public:
  SpawnPlan() {
    check(::posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init");
    if (const int error = ::posix_spawnattr_init(&attributes_); error != 0) {
      ::posix_spawn_file_actions_destroy(&actions_);
      check(error, "posix_spawnattr_init");
    }
  }
  ~SpawnPlan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void set_files(const ChildWords& words, int event_end, int error_end) {
    const bool inherits = words.has_stdout && ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    check(::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0), "addopen");
    if (!inherits)
      check(::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0),
            "addopen");
    check(::posix_spawn_file_actions_adddup2(&actions_, error_end, STDERR_FILENO), "adddup2");
    check(::posix_spawn_file_actions_adddup2(&actions_, event_end, child_event_descriptor), "adddup2");
    check(::posix_spawn_file_actions_addclosefrom_np(&actions_, child_event_descriptor + 1), "addclosefrom");
    check(::posix_spawn_file_actions_addchdir_np(&actions_, words.folder.c_str()), "addchdir");
  }

  void set_default_signals() {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    check(::posix_spawnattr_setsigmask(&attributes_, &none), "setsigmask");
    check(::posix_spawnattr_setsigdefault(&attributes_, &all), "setsigdefault");
    check(::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF),
          "setflags");
  }

  pid_t spawn(const std::vector<std::string>& arguments) const {
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    pid_t pid = -1;
    check(::posix_spawn(&pid, words.front(), &actions_, &attributes_, words.data(), environ),
          arguments.front());
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// A child that has been started; stopped, and waited for, at the end of its life if it was not before.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Readable once it has ended; -1 if there is none, as where somebody else has waited for it already.
  [[nodiscard]] int handle() const { return handle_.get(); }

  ChildEnd wait() {
    int status = 0;
    pid_t waited = -1;
    do waited = ::waitpid(pid_, &status, 0);
    while (waited < 0 && errno == EINTR);
    pid_ = -1;
    if (waited < 0) return {};
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)};
  }

 private:
  pid_t pid_;
  UniqueFd handle_;
};

/// Hands on what can be read now. False at its end.
bool drain(int fd, const std::function<void(std::string_view)>& on_bytes) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) on_bytes(std::string_view(buffer.data(), static_cast<size_t>(count)));
    if (count == 0) return false;
    if (count < 0 && errno != EINTR) return errno == EAGAIN;
  }
}

/// Until both pipes are at their end, or the child has ended: a process that outlives it may hold them.
void listen(const Child& child, UniqueFd events, UniqueFd errors,
            const std::function<void(std::string_view)>& on_event,
            const std::function<void(std::string_view)>& on_error) {
  std::array<pollfd, 3> ends{
      {{events.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}, {child.handle(), POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) check(errno, "poll");
    const bool has_ended = ends[2].revents != 0;
    // Whatever it wrote was written before it ended: what is read from here on is all there is.
    if (ends[0].fd >= 0 && !drain(ends[0].fd, on_event)) ends[0].fd = -1;
    if (ends[1].fd >= 0 && !drain(ends[1].fd, on_error)) ends[1].fd = -1;
    if (has_ended) return;
  }
}

}  // namespace

ChildEnd run_child(const ChildWords& words, const std::function<void(std::string_view)>& on_event,
                   const std::function<void(std::string_view)>& on_error) {
  FdPair events = pipe_for_child();
  FdPair errors = pipe_for_child();
  SpawnPlan plan;
  plan.set_files(words, events.second.get(), errors.second.get());
  plan.set_default_signals();
  Child child(plan.spawn(words.arguments));
  events.second.reset();
  errors.second.reset();
  listen(child, std::move(events.first), std::move(errors.first), on_event, on_error);
  return child.wait();
}

}  // namespace e2e::host
