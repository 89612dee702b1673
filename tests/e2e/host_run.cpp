#include "host_run.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace e2e_test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::vector<fs::path> run_folders(const Project& project) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(project.folder() / ".e2e" / "runs", error))
    folders.push_back(entry.path());
  return folders;
}

std::vector<nlohmann::json> read_journal(const fs::path& file) {
  std::vector<nlohmann::json> events;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) {
    auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_discarded()) events.push_back(std::move(event));
  }
  return events;
}

fs::path new_run_folder(const Project& project, const std::vector<fs::path>& before) {
  const std::set<fs::path> known(before.begin(), before.end());
  for (const auto& folder : run_folders(project))
    if (known.count(folder) == 0) return folder;
  return {};
}

[[noreturn]] void exec_host(const Project& project, const std::vector<std::string>& arguments,
                            const std::map<std::string, std::string>& environment, const fs::path& out,
                            const fs::path& err, const std::function<void()>& prepare) {
  if (::chdir(project.folder().c_str()) != 0) ::_exit(127);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
  ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
  for (const char* variable :
       {"E2E_PARALLEL", "E2E_PARALLEL_MODE", "E2E_ISOLATION", "E2E_PLUGIN_PATH", "E2E_CONFIG_PATH",
        "E2E_TIMEOUT", "E2E_RETRIES", "E2E_ENVIRONMENT", "FORCE_COLOR", "CLICOLOR_FORCE"})
    ::unsetenv(variable);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  const std::string program = host_program().string();
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  if (prepare) prepare();
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

}  // namespace

std::string read_file(const fs::path& file) {
  // Not by iterators of a stream buffer: these throw where a process ends while it is read.
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Project::Project(const std::string& config) {
  std::string name = (fs::temp_directory_path() / "e2e-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = name;
  write("e2e.conf", config);
}

Project::~Project() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Project::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
}
std::string Project::read(const std::string& name) const { return read_file(folder_ / name); }

std::string HostRun::outcome(const std::string& id) const {
  for (const auto& event : events)
    if (event.value("event", "") == "test_finished" && event.value("test", "") == id)
      return event.value("outcome", "");
  return "";
}

std::string HostRun::statuses(const std::string& id) const {
  std::string statuses;
  for (const auto& event : events)
    if (event.value("event", "") == "attempt_finished" && event.value("test", "") == id)
      statuses += (statuses.empty() ? "" : " ") + event.value("status", "");
  return statuses;
}

nlohmann::json HostRun::last_attempt(const std::string& id) const {
  nlohmann::json last;
  for (const auto& event : events)
    if (event.value("event", "") == "attempt_finished" && event.value("test", "") == id) last = event;
  return last;
}

std::vector<nlohmann::json> HostRun::all(const std::string& name) const {
  std::vector<nlohmann::json> found;
  for (const auto& event : events)
    if (event.value("event", "") == name) found.push_back(event);
  return found;
}

std::string HostRun::outcomes() const {
  std::string text;
  for (const auto& started : all("run_started"))
    for (const auto& test : started["tests"]) {
      const std::string id = test["id"];
      std::string reason;
      for (const auto& event : all("test_finished"))
        if (event["test"] == id) reason = event.value("reason", "");
      text += id + " " + outcome(id) + " [" + statuses(id) + "] " + reason + "\n";
    }
  return text;
}

RunningHost::RunningHost(const Project& project, const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment,
                         const std::function<void()>& prepare)
    : project_(project), runs_before_(run_folders(project)) {
  static int count = 0;
  ++count;
  out_ = project.folder() / ("out-" + std::to_string(count));
  err_ = project.folder() / ("err-" + std::to_string(count));
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) exec_host(project, arguments, environment, out_, err_, prepare);
}

RunningHost::~RunningHost() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RunningHost::signal(int number) const { ::kill(pid_, number); }

nlohmann::json RunningHost::wait_for_event(const std::string& name, const std::string& test) {
  const auto deadline = Clock::now() + std::chrono::seconds(30);
  while (Clock::now() < deadline) {
    if (const fs::path folder = new_run_folder(project_, runs_before_); !folder.empty())
      for (auto& event : read_journal(folder / "events.ndjson"))
        if (event.value("event", "") == name && (test.empty() || event.value("test", "") == test))
          return event;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("no event " + name + " " + test + " within 30 s; stderr: " + read_file(err_));
}

std::string RunningHost::run_id() { return wait_for_event("run_started").at("run_id"); }

HostRun RunningHost::wait() {
  const auto deadline = Clock::now() + std::chrono::seconds(120);
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() > deadline)
      throw std::runtime_error("e2e-host did not end within 120 s; stdout: " + read_file(out_));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = -1;
  HostRun run;
  run.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  run.out = read_file(out_);
  run.err = read_file(err_);
  run.run_folder = new_run_folder(project_, runs_before_);
  if (!run.run_folder.empty()) run.events = read_journal(run.run_folder / "events.ndjson");
  return run;
}

HostRun run_host(const Project& project, const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment,
                 const std::function<void()>& prepare) {
  return RunningHost(project, arguments, environment, prepare).wait();
}

std::vector<pid_t> processes_of_run(const std::string& run_id) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_file(entry.path() / "stat");
    const size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos || stat.compare(name_end, 3, ") Z") == 0) continue;
    const std::string environment = '\0' + read_file(entry.path() / "environ") + '\0';
    const bool by_variable = environment.find('\0' + ("E2E_RUN_ID=" + run_id) + '\0') != std::string::npos;
    if (by_variable || read_file(entry.path() / "maps").find("memfd:e2e-run-" + run_id) != std::string::npos)
      found.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return found;
}

fs::path host_program() {
  const char* const other = std::getenv("E2E_TESTED_PROGRAM");
  return other != nullptr ? other : E2E_HOST_PROGRAM;
}

fs::path test_plugin(const std::string& file) {
  const char* const others = std::getenv("E2E_TESTED_PLUGINS");
  return fs::path(others != nullptr ? others : E2E_TEST_PLUGINS) / file;
}

}  // namespace e2e_test
