#include "backend_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace demo::test {

BackendProgram::BackendProgram(std::vector<std::string> arguments) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  arguments.insert(arguments.begin(), DEMO_BACKEND_PROGRAM);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
    ::execv(DEMO_BACKEND_PROGRAM, argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

BackendProgram::~BackendProgram() {
  if (!has_ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
}

std::string BackendProgram::read_line() {
  std::string line;
  char byte = 0;
  pollfd entry{output_, POLLIN, 0};
  while (::poll(&entry, 1, 20'000) == 1 && ::read(output_, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

void BackendProgram::signal(int number) const {
  if (::kill(pid_, number) != 0) throw std::runtime_error("kill failed");
}

int BackendProgram::wait() {
  int status = 0;
  if (::waitpid(pid_, &status, 0) != pid_) throw std::runtime_error("waitpid failed");
  has_ended_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool BackendProgram::has_left_files() const { return !std::filesystem::is_empty(folder_.path()); }

int port_in(const std::string& line) {
  const auto colon = line.rfind(':');
  if (line.find("http://") == std::string::npos) throw std::runtime_error("not where a service is: " + line);
  return std::stoi(line.substr(colon + 1));
}

}  // namespace demo::test
