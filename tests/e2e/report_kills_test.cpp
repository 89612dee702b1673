// A report is there as it was, or whole and new, whenever the host that writes it is killed.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <e2e_catch.hpp>
#include <filesystem>
#include <set>

#include "host_run.hpp"
#include "not_tested.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

const char* const names[] = {"r/report.html", "r/report.json", "r/junit.xml"};

std::vector<std::string> report_of(const std::string& run, const std::string& folder) {
  std::vector<std::string> words = {"report", run};
  for (const char* const output : {"html=", "json=", "junit="}) {
    const std::string format(output);
    const std::string file = format == "junit=" ? "junit.xml" : "report." + format.substr(0, 4);
    words.insert(words.end(), {"-o", format + folder + "/" + file});
  }
  return words;
}

bool gives_a_name(uint64_t call) {
#ifdef SYS_rename
  if (call == SYS_rename) return true;
#endif
#ifdef SYS_renameat
  if (call == SYS_renameat) return true;
#endif
  return call == SYS_renameat2 || call == SYS_linkat;
}

bool is_moment(uint64_t call) {
  return gives_a_name(call) || call == SYS_write || call == SYS_openat || call == SYS_fsync;
}

struct Traced {
  size_t moments = 0;         ///< calls that open, write, sync or name a file
  std::vector<size_t> names;  ///< those of them that name one
  bool is_killed = false;
  int exit_code = -1;
};

/// Runs it, and kills it as it is about to make the call of that number, counted from 0.
Traced trace(const Project& project, const std::vector<std::string>& words, size_t kill_at) {
  RunningHost host(project, words, {}, [] {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(126);
  });
  Traced traced;
  int status = 0;
  // Stops first as it becomes the program; WNOWAIT leaves its end to be waited for.
  siginfo_t what{};
  bool is_first = true;
  while (::waitid(P_PID, static_cast<id_t>(host.pid()), &what, WEXITED | WNOWAIT | WSTOPPED) == 0 &&
         what.si_code == CLD_TRAPPED) {
    REQUIRE(::waitpid(host.pid(), &status, 0) == host.pid());
    int pass_on = 0;
    if (is_first) {
      is_first = false;
      ::ptrace(PTRACE_SETOPTIONS, host.pid(), nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      __ptrace_syscall_info info{};
      ::ptrace(PTRACE_GET_SYSCALL_INFO, host.pid(), sizeof info, &info);
      if (info.op == PTRACE_SYSCALL_INFO_ENTRY && is_moment(info.entry.nr)) {
        if (gives_a_name(info.entry.nr)) traced.names.push_back(traced.moments);
        if (traced.moments++ == kill_at) {
          traced.is_killed = true;
          host.signal(SIGKILL);
          break;
        }
      }
    } else {
      pass_on = WSTOPSIG(status);
    }
    ::ptrace(PTRACE_SYSCALL, host.pid(), nullptr, pass_on);
  }
  traced.exit_code = host.wait().exit_code;
  return traced;
}

}  // namespace

TEST_CASE("AKilledHostLeavesTheOldReportOrTheNewOneWhole") {
  const Project project("services:\n  bad: {base_url: \"http://127.0.0.1:9\"}\n");
  const fs::path plugin = project.folder() / "thousand_good.so";
  fs::copy_file(test_plugin("bad.so"), plugin);
  const HostRun small = run_host(project, {"run", "--plugins", plugin, "t7"});
  const HostRun large = run_host(project, {"run", "--plugins", plugin, "--parallel-mode", "service"});
  REQUIRE(large.all("test_finished").size() == 1000);
  REQUIRE(run_host(project, report_of(small.run_folder, "old")).exit_code == small.exit_code);
  REQUIRE(run_host(project, report_of(large.run_folder, "new")).exit_code == large.exit_code);
  const auto in = [](const char* folder, const std::string& name) { return folder + name.substr(1); };
  const auto begin_again = [&] {
    fs::remove_all(project.folder() / "r");
    fs::copy(project.folder() / "old", project.folder() / "r");
  };
  for (const std::string name : names) {
    REQUIRE(project.read(in("old", name)).size() > 500);
    REQUIRE(project.read(in("new", name)).size() > 100'000);
  }

  begin_again();
  const auto words = report_of(large.run_folder, "r");
  const Traced whole = trace(project, words, SIZE_MAX);
  if (whole.exit_code == 126) return not_tested("no process may be traced", Lacking::anywhere);
  REQUIRE(whole.exit_code == large.exit_code);
  CHECK(whole.names.size() >= std::size(names));

  const size_t writing = whole.names.empty() ? whole.moments : whole.names.front();
  std::set<size_t> moments(whole.names.begin(), whole.names.end());
  for (const size_t named : whole.names) moments.insert(named + 1);
  for (size_t i = 0; i < 12; ++i) moments.insert(writing * i / 12);
  std::map<std::string, size_t> old_ones, new_ones;
  size_t killed = 0;
  for (const size_t moment : moments) {
    INFO("before call " << moment << " of " << whole.moments);
    begin_again();
    killed += trace(project, words, moment).is_killed ? 1 : 0;
    for (const std::string name : names) {
      INFO(name);
      const std::string text = project.read(name);
      const bool is_old = text == project.read(in("old", name));
      const bool is_new = text == project.read(in("new", name));
      CHECK((is_old || is_new));
      old_ones[name] += is_old ? 1 : 0;
      new_ones[name] += is_new ? 1 : 0;
    }
  }
  CHECK(killed >= 15);
  for (const std::string name : names) {
    INFO(name);
    CHECK(old_ones[name] > 0);
    CHECK(new_ones[name] > 0);
  }
}
