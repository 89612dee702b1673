#include "cli/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace e2e::host {
namespace {

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& folder, int both,
                         int output, pid_t parent, int failure) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGXFSZ, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  if (both >= 0) {
    ::dup2(both, STDOUT_FILENO);
    ::dup2(both, STDERR_FILENO);
  }
  if (output >= 0) ::dup2(output, STDOUT_FILENO);
  if (folder.empty() || ::chdir(folder.c_str()) == 0) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
  }
  const int error = errno;
  (void)!::write(failure, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& words, const std::string& folder, int both, int output) {
  FdPair failure = make_pipe();
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(words, folder, both, output, self, failure.second.get());
  failure.second.reset();
  int error = 0;
  if (::read(failure.first.get(), &error, sizeof error) == sizeof error) {
    wait();
    throw std::system_error(error, std::generic_category(), words.front());
  }
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_) throw std::system_error(errno, std::generic_category(), "pidfd_open");
}

Process::~Process() {
  if (pid_ <= 0) return;
  signal(SIGTERM);
  wait();
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int Process::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string own_program() {
  const std::string link = "/proc/self/exe";
  const std::filesystem::path file = std::filesystem::read_symlink(link);
  // Built again meanwhile, as by --watch --build: what runs is still there behind the link.
  return std::filesystem::exists(file) ? file.string() : link;
}

}  // namespace e2e::host
