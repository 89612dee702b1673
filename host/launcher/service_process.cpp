#include "launcher/service_process.hpp"

// Its own file system library would be one more to link.
#define BOOST_PROCESS_USE_STD_FS

#include <fmt/format.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/search_path.hpp>
#include <boost/process/start_dir.hpp>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

namespace bp = boost::process;
namespace fs = std::filesystem;

bp::environment environment_of(const ServiceProgram& program) {
  bp::environment environment = boost::this_process::environment();
  for (const auto& [name, value] : program.variables) {
    if (value)
      environment[name] = *value;
    else
      environment.erase(name);
  }
  return environment;
}

std::vector<fs::path> search_folders(const bp::environment& environment) {
  std::vector<fs::path> folders;
  const auto path = environment.find("PATH");
  const std::string text = path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : path->to_string();
  for (size_t at = 0; at <= text.size();) {
    const size_t colon = std::min(text.find(':', at), text.size());
    if (colon > at) folders.emplace_back(text.substr(at, colon - at));
    at = colon + 1;
  }
  return folders;
}

/// The program's file, absolute.
std::string file_of(const std::string& word, const std::string& folder, const bp::environment& environment) {
  if (word.find('/') != std::string::npos) {
    const fs::path file = fs::path(folder) / word;
    std::error_code error;
    if (!fs::exists(file, error))
      throw std::runtime_error(fmt::format("there is no program '{}' in {}", printable(word), folder));
    return file.string();
  }
  // Whichever e2e-host runs, in PATH or not: what it serves itself is of one version with it.
  std::error_code no_link;
  if (word == "e2e-host")
    if (const fs::path self = fs::read_symlink("/proc/self/exe", no_link); !no_link) return self.string();
  const fs::path found = bp::search_path(word, search_folders(environment));
  if (found.empty())
    throw std::runtime_error(fmt::format("there is no program '{}' in the folders of PATH", printable(word)));
  return found.string();
}

/// In the new process, before exec.
void prepare(pid_t keeper) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(1);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC);
}

bool is_plain(const std::string& word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=,+@%";
  return !word.empty() && word.find_first_not_of(plain) == std::string::npos;
}

}  // namespace

pid_t start_service_process(const ServiceProgram& program, UniqueFd output) {
  std::error_code error;
  if (!fs::is_directory(program.folder, error))
    throw std::runtime_error(fmt::format("there is no folder {} to start it in", printable(program.folder)));
  const bp::environment environment = environment_of(program);
  const std::string file = file_of(program.command.front(), program.folder, environment);
  const std::vector<std::string> arguments(program.command.begin() + 1, program.command.end());
  // Boost.Process takes what stdio has as a FILE.
  FILE* const sink = ::fdopen(output.get(), "w");
  if (sink == nullptr) throw std::runtime_error("its output can't be read");
  (void)output.release();
  const pid_t keeper = ::getpid();
  bp::child child(
      bp::exe = file, bp::args = arguments, environment, bp::start_dir = program.folder,
      bp::std_in<bp::null, (bp::std_out & bp::std_err)> sink, error,
      bp::extend::on_exec_setup = [keeper](auto&) { prepare(keeper); });
  std::fclose(sink);
  if (error)
    throw std::runtime_error(fmt::format("{} can't be started: {}", printable(file), error.message()));
  const pid_t pid = child.id();
  child.detach();
  return pid;
}

std::string command_line(const std::vector<std::string>& command) {
  if (command.size() == 3 && command[0] == "/bin/sh" && command[1] == "-c") return command[2];
  std::string line;
  for (const auto& word : command) {
    if (!line.empty()) line += ' ';
    if (is_plain(word)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace e2e::host
