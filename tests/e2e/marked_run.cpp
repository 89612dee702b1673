#include "marked_run.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace e2e_test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const char* const config =
    "services:\n  tree: {base_url: \"http://127.0.0.1:9\"}\nlimits: {grace_period: 300}\n";

fs::path proc(pid_t pid) { return fs::path("/proc") / std::to_string(pid); }

/// The fields of /proc/PID/stat after the name: state, ppid, ...; none if there is no such process.
std::vector<std::string> stat_fields(pid_t pid) {
  const std::string stat = read_file(proc(pid) / "stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream words(stat.substr(name_end + 1));
  return {std::istream_iterator<std::string>(words), {}};
}
constexpr size_t state_field = 0, parent_field = 1, start_field = 19;

std::vector<pid_t> living_processes() {
  std::vector<pid_t> pids;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto pid = static_cast<pid_t>(std::stol(name));
    const auto fields = stat_fields(pid);
    if (!fields.empty() && fields[state_field] != "Z") pids.push_back(pid);
  }
  return pids;
}

pid_t only_child(pid_t parent, const std::string& name) {
  std::vector<pid_t> found;
  comes_true([&] {
    found = children_of(parent, name);
    return found.size() == 1;
  });
  if (found.size() != 1) throw std::runtime_error("there is no single child " + name);
  return found[0];
}

}  // namespace

bool comes_true(const std::function<bool()>& condition) {
  const auto end = Clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool has_taken(pid_t pid, int signal_number) {
  std::istringstream status(read_file(proc(pid) / "status"));
  for (std::string line; std::getline(status, line);)
    if (line.rfind("ShdPnd:", 0) == 0)
      return (std::stoull(line.substr(7), nullptr, 16) & (1ull << (signal_number - 1))) == 0;
  return false;
}

Process::Process(pid_t pid) : pid_(pid) {
  const auto fields = stat_fields(pid);
  if (fields.size() > start_field) start_ = fields[start_field];
}

bool Process::is_running() const {
  const auto fields = stat_fields(pid_);
  return fields.size() > start_field && fields[state_field] != "Z" && fields[start_field] == start_;
}

std::vector<pid_t> children_of(pid_t parent, const std::string& name) {
  std::vector<pid_t> found;
  for (const pid_t pid : living_processes()) {
    const auto fields = stat_fields(pid);
    if (fields.size() <= parent_field || fields[parent_field] != std::to_string(parent)) continue;
    if (name.empty() || read_file(proc(pid) / "comm") == name + "\n") found.push_back(pid);
  }
  return found;
}

MarkedRun::MarkedRun(std::vector<std::string> arguments, std::map<std::string, std::string> environment)
    : project_(config), folder_(project_.folder() / "told"), temporary_(project_.folder() / "tmp") {
  fs::create_directory(folder_);
  fs::create_directory(temporary_);
  arguments.insert(arguments.begin(), {"run", "--plugins", test_plugin("tree.so")});
  environment["TREE_FOLDER"] = folder_;
  environment["TMPDIR"] = temporary_;
  host_ = std::make_unique<RunningHost>(project_, arguments, environment);
}

pid_t MarkedRun::launcher() { return only_child(host_->pid(), "e2e-launcher"); }
pid_t MarkedRun::keeper() { return only_child(launcher(), "e2e-keeper"); }

std::map<std::string, pid_t> MarkedRun::family(const std::string& name) {
  if (!comes_true([&] { return fs::exists(folder_ / name); }))
    throw std::runtime_error("no test told of its family as " + name);
  std::map<std::string, pid_t> members;
  std::istringstream lines(read_file(folder_ / name));
  std::string kind;
  for (pid_t pid = 0; lines >> kind >> pid;) members[kind] = pid;
  return members;
}

std::vector<pid_t> MarkedRun::remaining() const {
  std::vector<pid_t> found;
  const std::string mark = "TREE_FOLDER=" + folder_.string() + '\0';
  for (const pid_t pid : living_processes())
    if (read_file(proc(pid) / "environ").find(mark) != std::string::npos) found.push_back(pid);
  return found;
}

bool MarkedRun::is_gone() const { return remaining().empty() && fs::is_empty(temporary_); }

std::string MarkedRun::left() const {
  std::string text;
  for (const pid_t pid : remaining()) text += std::to_string(pid) + " " + read_file(proc(pid) / "comm");
  for (const auto& entry : fs::recursive_directory_iterator(temporary_)) text += entry.path().string() + "\n";
  return text;
}

}  // namespace e2e_test
