#include "report/event_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/wait_status.hpp"
#include "report/quantity.hpp"

extern char** environ;

namespace e2e::host {
namespace {

constexpr size_t forget_bytes = 1u << 20;
constexpr int64_t grace_ns = 1'000'000'000;

int milliseconds(int64_t ns) { return static_cast<int>(ns / 1'000'000); }

/// errno, or 0.
int start(const std::string& command, const std::string& folder, int input, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string shell = "sh", option = "-c", text = command;
  char* const words[] = {shell.data(), option.data(), text.data(), nullptr};
  const int error = ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

EventProgram::EventProgram(const std::string& command, const std::filesystem::path& folder, bool is_live,
                           Told told, Limits limits)
    : is_live_(is_live), told_(std::move(told)), limits_(limits) {
  FdPair pipe = make_pipe();
  if (const int error = start(command, folder.string(), pipe.first.get(), pid_)) {
    pid_ = -1;
    error_ = fmt::format("it can't be started: {}", std::strerror(error));
    return;
  }
  ::signal(SIGPIPE, SIG_IGN);
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pipe_ = std::move(pipe.second);
  set_nonblocking(pipe_.get());
}

EventProgram::~EventProgram() {
  if (pid_ <= 0) return;
  pipe_.reset();
  ::kill(-pid_, SIGTERM);
  if (!wait_for_end(grace_ns)) {
    ::kill(-pid_, SIGKILL);
    wait_for_end(grace_ns);
  }
}

void EventProgram::give_up(const std::string& why) {
  if (error_.empty()) error_ = why;
  pipe_.reset();
  waiting_.clear();
  written_ = 0;
}

/// Writes what the pipe takes now. Whether it took something.
bool EventProgram::write_some() {
  bool has_written = false;
  while (pipe_ && written_ < waiting_.size()) {
    const ssize_t count = ::write(pipe_.get(), waiting_.data() + written_, waiting_.size() - written_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    // It reads no more: whether that is a failure is for its exit code to say.
    if (count < 0) {
      give_up("");
      break;
    }
    written_ += static_cast<size_t>(count);
    has_written = true;
  }
  if (written_ == waiting_.size() || written_ > forget_bytes) {
    waiting_.erase(0, written_);
    written_ = 0;
  }
  return has_written;
}

void EventProgram::on_event(const Event& event) {
  if (pipe_) {
    waiting_ += writer_.line(event) + '\n';
    write_some();
    if (!is_live_) wait_till_read(forget_bytes);
    if (waiting_.size() - written_ > limits_.waiting_bytes)
      give_up(fmt::format("it does not read: {} of events were waiting", size_text(limits_.waiting_bytes)));
  }
  if (std::holds_alternative<RunFinished>(event.fact)) finish();
}

void EventProgram::on_tick(int64_t /*time_ns*/) { write_some(); }

/// Waits until no more than that is waiting, as long as it reads.
void EventProgram::wait_till_read(size_t waiting_bytes) {
  while (pipe_ && waiting_.size() - written_ > waiting_bytes) {
    pollfd end{pipe_.get(), POLLOUT, 0};
    const int ready = ::poll(&end, 1, milliseconds(limits_.patience_ns));
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0) {
      write_some();
      continue;
    }
    give_up(fmt::format("it read nothing for {}", duration_text(limits_.patience_ns)));
  }
}

/// True once it has ended, and was reaped; error_ then says how, if that was not well.
bool EventProgram::wait_for_end(int64_t timeout_ns) {
  pollfd end{pidfd_.get(), POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&end, 1, milliseconds(timeout_ns));
  while (ready < 0 && errno == EINTR);
  int status = 0;
  if (ready <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  pid_ = -1;
  if (status != 0 && error_.empty()) error_ = "it " + describe_wait_status(status);
  if (error_.rfind("it killed", 0) == 0) error_.replace(0, 2, "it was");
  return true;
}

void EventProgram::finish() {
  wait_till_read(0);
  pipe_.reset();
  if (pid_ > 0 && error_.empty() && !wait_for_end(limits_.patience_ns))
    error_ = fmt::format("it did not end within {}", duration_text(limits_.patience_ns));
  told_(error_);
}

}  // namespace e2e::host
