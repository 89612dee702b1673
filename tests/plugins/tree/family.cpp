#include "family.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace tree {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

const char* watcher_folder() {
  static const char* const folder = std::getenv("TREE_FOLDER");
  return folder;
}

[[noreturn]] void wait_for_release() {
  ::prctl(PR_SET_NAME, "tree-plain");
  sigset_t released;
  ::sigemptyset(&released);
  ::sigaddset(&released, SIGUSR1);
  int number = 0;
  ::sigwait(&released, &number);
  ::_exit(0);
}

[[noreturn]] void become_program(bool with_environment) {
  char* const words[] = {const_cast<char*>("sleep"), const_cast<char*>("600"), nullptr};
  char* const nothing[] = {nullptr};
  ::execve("/bin/sleep", words, with_environment ? environ : nothing);
  ::_exit(127);
}

/// A pipe that only exec or death closes: tells when a child has become another program.
struct Becoming {
  int ends[2];
  Becoming() {
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  }
  /// The pid that came through it, if any did, at EOF.
  pid_t wait() {
    ::close(ends[1]);
    pid_t pid = -1, told = -1;
    ssize_t n = 0;
    while ((n = ::read(ends[0], &told, sizeof told)) > 0 || (n < 0 && errno == EINTR))
      if (n == sizeof told) pid = told;
    ::close(ends[0]);
    return pid;
  }
};

pid_t start_plain() {
  // Blocked before the fork, so that an early release is not lost; the worker itself is never sent it.
  sigset_t released, before;
  ::sigemptyset(&released);
  ::sigaddset(&released, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &released, &before);
  const pid_t pid = ::fork();
  if (pid == 0) wait_for_release();
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) fail("fork");
  return pid;
}

pid_t start_program(bool with_environment) {
  Becoming becoming;
  const pid_t pid = ::fork();
  if (pid == 0) become_program(with_environment);
  becoming.wait();
  if (pid < 0) fail("fork");
  return pid;
}

pid_t start_daemon() {
  Becoming becoming;
  const pid_t parent = ::fork();
  if (parent == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    const pid_t self = ::getpid();
    (void)!::write(becoming.ends[1], &self, sizeof self);
    become_program(true);
  }
  const pid_t pid = becoming.wait();
  if (parent < 0 || pid < 0) fail("fork of a daemon");
  ::waitpid(parent, nullptr, 0);
  return pid;
}

}  // namespace

void tell(const char* name, const char* text) {
  const char* const folder = watcher_folder();
  if (folder == nullptr) return;
  char file[512], unfinished[520];
  const size_t length = std::strlen(folder);
  if (length + 1 + std::strlen(name) >= sizeof file) return;
  std::strcpy(file, folder);
  file[length] = '/';
  std::strcpy(file + length + 1, name);
  std::strcpy(unfinished, file);
  std::strcat(unfinished, ".new");
  const int fd = ::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  (void)!::write(fd, text, std::strlen(text));
  ::close(fd);
  ::rename(unfinished, file);
}

bool is_told(const char* name) {
  const char* const folder = watcher_folder();
  return folder != nullptr && ::access((std::string(folder) + '/' + name).c_str(), F_OK) == 0;
}

Family Family::start(bool with_forgetful) {
  Family family;
  family.plain = start_plain();
  family.program = start_program(true);
  family.daemon = start_daemon();
  if (with_forgetful) family.forgetful = start_program(false);
  return family;
}

void Family::tell_as(const char* name) const {
  std::string text = "worker " + std::to_string(::getpid());
  text += "\nplain " + std::to_string(plain) + "\nprogram " + std::to_string(program) + "\ndaemon " +
          std::to_string(daemon) + "\n";
  if (forgetful > 0) text += "forgetful " + std::to_string(forgetful) + "\n";
  tell(name, text.c_str());
}

bool Family::wait_for_plain() {
  int status = 0;
  while (::waitpid(plain, &status, 0) < 0 && errno == EINTR) {
  }
  plain = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Family::end() {
  for (pid_t* pid : {&plain, &program, &daemon, &forgetful}) {
    if (*pid <= 0) continue;
    ::kill(*pid, SIGKILL);
    while (::waitpid(*pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    *pid = -1;
  }
}

}  // namespace tree
