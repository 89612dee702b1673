// What a run comes to where descriptors, processes or memory run out: it ends, says so, and has every result
// that there is.
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <e2e_catch.hpp>

#include "host_run.hpp"
#include "not_tested.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

const char* const config = "services:\n  tree: {base_url: \"http://127.0.0.1:9\"}\n";

/// Three tests that pass, on three workers.
const std::vector<std::string> arguments = {
    "run", "runs_before", "runs_behind",     "passes", "--plugins", test_plugin("tree.so"),
    "-j",  "3",           "--parallel-mode", "test"};

void set_limit(int resource, rlim_t value) {
  const rlimit limit{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

/// All is well, or it is not and that is said; and nothing is left either way. Whether it is well.
bool check_end(const HostRun& run) {
  INFO("exit code " << run.exit_code << "\n" << run.err << run.out);
  const bool is_well = run.exit_code == 0;
  if (is_well) {
    CHECK(run.all("test_finished").size() == 3);
    for (const auto& test : run.all("test_finished")) CHECK(test["outcome"] == "passed");
  } else {
    // 127 is the loader's, which needs some itself; a file that can't be opened may be the configuration.
    CHECK((run.exit_code == 4 || run.exit_code == 1 || run.exit_code == 2 || run.exit_code == 127));
    CHECK(run.err.size() + run.out.size() > 20);
    CHECK(run.err.find("internal error") == std::string::npos);
    // What the machine lacks is no plugin's fault.
    CHECK(run.err.find("its code ended the process") == std::string::npos);
  }
  for (const auto& started : run.all("run_started")) {
    CHECK(processes_of_run(started["run_id"]).empty());
    // Each test has its outcome, whatever that is.
    CHECK(run.all("test_finished").size() == started["tests"].size());
    CHECK(run.all("run_finished").size() == 1);
  }
  return is_well;
}

/// A user who has no other process. Nobody but root can become one.
constexpr uid_t nobody_else = 54'321;

void become_somebody_else() {
  if (::setgroups(0, nullptr) != 0 || ::setgid(nobody_else) != 0 || ::setuid(nobody_else) != 0) ::_exit(126);
}

std::map<std::string, std::string> own_temporary_folder(const Project& project) {
  const fs::path folder = project.folder() / "tmp";
  fs::create_directory(folder);
  return {{"TMPDIR", folder}};
}

}  // namespace

TEST_CASE("DescriptorsRunOut") {
  const Project project(config);
  size_t ended_well = 0;
  for (rlim_t limit = 4; limit <= 64; limit += limit < 44 ? 1 : 10) {
    INFO("with " << limit << " descriptors");
    const HostRun run = run_host(project, arguments, {}, [limit] { set_limit(RLIMIT_NOFILE, limit); });
    if (check_end(run))
      ++ended_well;
    else
      CHECK(limit < 64);
  }
  CHECK(ended_well > 2);
}

TEST_CASE("AddressSpaceRunsOut") {
  const Project project(config);
  size_t ended_well = 0, refused = 0;
  for (rlim_t mebibytes : {16, 64, 128, 256, 352, 384, 416, 448, 512, 640, 2048}) {
    INFO("with " << mebibytes << " MiB");
    const HostRun run =
        run_host(project, arguments, {}, [mebibytes] { set_limit(RLIMIT_AS, mebibytes << 20); });
    if (check_end(run)) {
      ++ended_well;
      continue;
    }
    // The loader has its own words.
    if (run.exit_code == 127) continue;
    CHECK(run.exit_code == 4);
    // Once workers run, one of them may be what lacks memory: then it is trouble of the run.
    if (!run.events.empty()) continue;
    ++refused;
    CHECK(run.out.empty());
    CHECK(run.err.find("error: ") == 0);
    CHECK(run.err.find('\n') == run.err.size() - 1);
    CHECK(run.err.find("ulimit -v") != std::string::npos);
  }
  CHECK(ended_well > 0);
  CHECK(refused > 0);
}

TEST_CASE("ProcessesRunOut") {
  if (::getuid() != 0) {
    not_tested("only root can become a user whose processes can be counted", Lacking::by_mistake);
    return;
  }
  const Project project(config);
  const auto environment = own_temporary_folder(project);
  for (const fs::path& folder : {project.folder(), project.folder() / "tmp"}) ::chmod(folder.c_str(), 0777);
  const auto run_with = [&](rlim_t processes) {
    return run_host(project, arguments, environment, [processes] {
      become_somebody_else();
      set_limit(RLIMIT_NPROC, processes);
    });
  };
  // 1. Too few to look at the plugin. The host, its launcher and the keeper are three.
  const HostRun none = run_with(3);
  INFO(none.err << none.out);
  CHECK(none.exit_code == 4);
  CHECK(
      none.err.find("no process could be started to load it: Resource temporarily unavailable (this user or "
                    "control group may have no more processes: ulimit -u, pids.max)") != std::string::npos);
  CHECK(none.events.empty());

  // 2. Enough for one worker at a time: that does the work of three.
  const HostRun one = run_with(4);
  INFO(one.err << one.out);
  CHECK(one.exit_code == 0);
  CHECK(check_end(one));

  // 3. The plugin is known by now, and no worker is to be had.
  const HostRun known = run_with(3);
  INFO(known.err << known.out);
  CHECK(known.exit_code == 4);
  CHECK_FALSE(check_end(known));
  REQUIRE(known.all("trouble").size() == 1);
  CHECK(known.all("trouble")[0]["text"] ==
        "no worker can be started: Resource temporarily unavailable (this user or control group may have no "
        "more processes: ulimit -u, pids.max); what has not run by now is not run");
  for (const auto& test : known.all("test_finished")) CHECK(test["outcome"] == "not_run");
}

TEST_CASE("ALimitOfProcessesThatCannotBeHeldIsSaidToBeNone") {
  if (::getuid() != 0) {
    not_tested("only root can become a user who has no control group for sure", Lacking::by_mistake);
    return;
  }
  const Project project(config);
  const auto environment = own_temporary_folder(project);
  for (const fs::path& folder : {project.folder(), project.folder() / "tmp"}) ::chmod(folder.c_str(), 0777);
  std::vector<std::string> limited = arguments;
  limited.insert(limited.end(), {"--set", "limits.processes=64"});
  const HostRun run = run_host(project, limited, environment, become_somebody_else);
  INFO(run.err << run.out);
  CHECK(run.err.find("warning: limits.processes is not enforced: ") != std::string::npos);
  CHECK(run.exit_code == 0);
  CHECK(check_end(run));
}

TEST_CASE("FilesThatMayNotGrowAreASentence") {
  const Project project(config);
  const HostRun run = run_host(project, arguments, {}, [] { set_limit(RLIMIT_FSIZE, 64 << 10); });
  CHECK(run.exit_code == 4);
  CHECK(
      run.err ==
      "error: shared memory for the workers (a limit of the size of files holds for it: ulimit -f): File too "
      "large\n");
}
