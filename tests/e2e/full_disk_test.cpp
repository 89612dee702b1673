// A disk that is full, or can't be written: what would have been written there is lost, and that is said;
// nothing else is.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <e2e_catch.hpp>
#include <fstream>
#include <sstream>

#include "host_run.hpp"
#include "not_tested.hpp"

using namespace e2e_test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const char* const config =
    "services:\n  bad: {base_url: \"http://127.0.0.1:9\"}\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n";

/// What this process mounts from now on, no other sees. False if it may not.
bool may_mount() {
  static const bool may = [] {
    const uid_t user = ::getuid();
    const gid_t group = ::getgid();
    if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
    if (user != 0) {
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << user << " " << user << " 1";
      std::ofstream("/proc/self/gid_map") << group << " " << group << " 1";
    }
    return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }();
  if (!may) not_tested("this user may not mount anything", Lacking::anywhere);
  return may;
}

/// A disk of that size, in a folder that is made for it.
class SmallDisk {
 public:
  SmallDisk(fs::path folder, size_t bytes, unsigned long flags = 0) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    REQUIRE(::mount("none", folder_.c_str(), "tmpfs", flags, ("size=" + std::to_string(bytes)).c_str()) == 0);
  }
  ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  fs::path folder_;
};

std::string thousand(const Project& project) {
  const fs::path file = project.folder() / "thousand.so";
  fs::copy_file(test_plugin("bad.so"), file);
  return file;
}

json report_of(const Project& project, const std::string& name) { return json::parse(project.read(name)); }

}  // namespace

TEST_CASE("AJournalOnAFullDiskCostsNoResult") {
  if (!may_mount()) return;
  const Project project(config);
  const std::string plugin = thousand(project);
  const SmallDisk disk(project.folder() / ".e2e", 256 << 10);
  const HostRun run =
      run_host(project, {"run", "--plugins", plugin, "-o", "json=r.json", "-o", "junit=j.xml"});
  INFO(run.err << run.out.substr(0, 3000));
  CHECK(run.exit_code == 4);
  CHECK(run.err.find("error: the journal ") != std::string::npos);
  CHECK(run.err.find("/events.ndjson cannot be written: No space left on device\n") != std::string::npos);
  // What goes elsewhere is whole.
  const json report = report_of(project, "r.json");
  CHECK(report["run"]["passed"] == 950);
  CHECK(report["run"]["failed"] == 50);
  CHECK(fs::file_size(project.folder() / "j.xml") > 1000);
  CHECK(run.out.find("950") != std::string::npos);

  // What the journal has is as it was; the rest has not run, as far as it knows.
  const HostRun again = run_host(project, {"report", "latest", "-o", "json=again.json"});
  INFO(again.err);
  const json shown = report_of(project, "again.json");
  CHECK(shown["run"]["total"] == 1000);
  size_t known = 0;
  for (size_t i = 0; i < shown["tests"].size(); ++i) {
    const json& test = shown["tests"][i];
    if (test["outcome"] == "not_run") continue;
    ++known;
    CHECK(test["outcome"] == report["tests"][i]["outcome"]);
  }
  CHECK(known > 20);
  CHECK(known < 1000);
}

TEST_CASE("AJournalThatCanNotBeginIsSaidBeforeAnythingRuns") {
  if (!may_mount()) return;
  const Project project(config);
  const std::string plugin = thousand(project);
  const SmallDisk disk(project.folder() / ".e2e", 4096, MS_RDONLY);
  const HostRun run = run_host(project, {"run", "--plugins", plugin});
  CHECK(run.exit_code == 4);
  INFO(run.err);
  CHECK(run.err.find("error: the journal ") != std::string::npos);
  CHECK(run.err.find(
            " cannot be written: Read-only file system\nhint: make the folder writable, or run in another "
            "one\n") != std::string::npos);
  CHECK(run.out.find("passed") == std::string::npos);
}

TEST_CASE("EachReportOnAFullDiskIsNamedAndLeavesNothing") {
  if (!may_mount()) return;
  const Project project(config);
  const SmallDisk disk(project.folder() / "full", 4096);
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("verdicts.so"), "03_checks"};
  const std::vector<std::string> formats = {"html",   "junit", "json",   "ctrf",  "trace",
                                            "ndjson", "tap",   "github", "allure"};
  for (const std::string& format : formats)
    arguments.insert(arguments.end(), {"-o", format + "=full/" + format});
  arguments.insert(arguments.end(), {"-o", "json=whole.json"});
  // The first block of the disk is taken.
  project.write("full/taken", std::string(4096, 'x'));
  const HostRun run = run_host(project, arguments);
  INFO(run.err << run.out);
  CHECK(run.exit_code == 4);
  for (const std::string& format : formats)
    CHECK(run.err.find("error: the " + format + " report full/" + format +
                       " was not written: No space left on device\n") != std::string::npos);
  size_t left = 0;
  for (const auto& entry : fs::directory_iterator(project.folder() / "full"))
    left += entry.path().filename() != "taken" ? 1 : 0;
  CHECK(left == 0);
  CHECK(report_of(project, "whole.json")["run"]["total"] == 6);
  CHECK(run.all("run_finished").size() == 1);
}

TEST_CASE("AReadOnlyFolderOfReportsIsFoundBeforeAnythingStarts") {
  if (!may_mount()) return;
  const Project project(config);
  const SmallDisk disk(project.folder() / "reports", 4096, MS_RDONLY);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("verdicts.so"), "-o", "junit", "-o",
                                         "html", "--report-dir", "reports"});
  CHECK(run.exit_code == 4);
  CHECK(run.events.empty());
  CHECK(run.err ==
        "error: the junit report reports/junit.xml can't be written: Read-only file system\n"
        "error: the html report reports/report.html can't be written: Read-only file system\n"
        "hint: make it writable, or choose another place with --output FORMAT=PATH or --report-dir DIR; "
        "nothing was started\n");
}

TEST_CASE("AFolderOfReportsThatGoesAwayIsSaid") {
  const Project project(config);
  RunningHost host(project,
                   {"run", "--plugins", test_plugin("verdicts.so"), "03_checks", "-o", "junit=gone/j.xml"});
  host.wait_for_event("run_started");
  fs::rename(project.folder() / "gone", project.folder() / "elsewhere");
  const HostRun run = host.wait();
  INFO(run.err);
  // It may have been quicker.
  if (fs::exists(project.folder() / "elsewhere/j.xml")) return;
  CHECK(run.exit_code == 4);
  CHECK(run.err == "error: the junit report gone/j.xml was not written: No such file or directory\n");
}

TEST_CASE("TemporaryFilesThatCanNotBeMadeCostNothingButThemselves") {
  if (!may_mount()) return;
  const Project project(config);
  const SmallDisk disk(project.folder() / "tmp", 4096, MS_RDONLY);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("verdicts.so"), "03_checks"},
                               {{"TMPDIR", project.folder() / "tmp"}});
  INFO(run.err << run.out);
  CHECK(run.exit_code == 1);
  CHECK(run.all("test_finished").size() == 6);
}

TEST_CASE("LargeOutputThatADiskHasNoRoomForIsShownWithoutItsFile") {
  if (!may_mount()) return;
  const Project project(std::string(config) + "limits: {output: 1}\n");
  const fs::path plugin = project.folder() / "writes_without_end.so";
  fs::copy_file(test_plugin("bad.so"), plugin);
  const SmallDisk disk(project.folder() / ".e2e", 512 << 10);
  const HostRun run = run_host(project, {"run", "--plugins", plugin.string()});
  INFO(run.err << run.out.substr(0, 3000));
  const json attempt = run.last_attempt("bad::m::bad");
  CHECK(attempt["status"] == "error");
  CHECK(attempt["stdout"]["total_bytes"].get<uint64_t>() > (512 << 10));
  CHECK_FALSE(attempt["stdout"].contains("file"));
  CHECK(run.outcome("bad::m::after") == "passed");
  CHECK(run.exit_code == 1);
}
