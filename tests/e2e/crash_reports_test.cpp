// Where a test died or hung is shown as a stack with the author's own files and lines, in every report.
#include <sys/resource.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>

#include "host_run.hpp"
#include "not_tested.hpp"

using namespace e2e_test;
using nlohmann::json;

namespace {

const char* const config =
    "services:\n  crashes: {base_url: \"http://127.0.0.1:9\"}\nlimits: {grace_period: 200}\n";

HostRun run_crashes(const Project& project, const std::string& plugin, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run", "--plugins", plugin};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments);
}

/// Of the stacks of a test's last attempt: "function file", a line each.
std::string stack_of(const HostRun& run, const std::string& test, size_t thread = 0) {
  const json attempt = run.last_attempt("crashes::01_crashes::" + test);
  std::string text;
  if (!attempt.contains("stacks") || attempt["stacks"].size() <= thread) return text;
  const json& stack = attempt["stacks"][thread];
  for (const auto& frame : stack.value("frames", json::array()))
    text += frame["function"].get<std::string>() + " " + frame.value("file", frame.value("module", "")) +
            (frame.contains("line") ? ":" + std::to_string(frame["line"].get<int>()) : "") + "\n";
  return text + stack.value("note", "");
}

std::string reason_of(const HostRun& run, const std::string& test) {
  return run.last_attempt("crashes::01_crashes::" + test).value("reason", "");
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string source = " tests/plugins/crashes/01_crashes.cpp:";

}  // namespace

TEST_CASE("EachCrashShowsWhereInTheAuthorsOwnCode") {
  const Project project(config);
  const HostRun run = run_crashes(project, test_plugin("crashes.so"), {"-o", "junit", "-o", "html"});
  CHECK(run.exit_code == 1);
  struct Expected {
    const char* test;
    const char* reason;
    std::vector<std::string> stack;  ///< in this order
  };
  const Expected expected[] = {
      {"writes_to_null",
       "SIGSEGV at address 0x0 (null dereference)",
       {"pays(int volatile*)" + source + "16\n", "e2e_test_writes_to_null(e2e::Page&)" + source}},
      {"calls_null",
       "SIGSEGV at address 0x0 (null dereference)",
       {"0x0 \n", "e2e_test_calls_null(e2e::Page&)" + source}},
      {"aborts",
       "SIGABRT: abort(), a failed assert() or std::terminate()",
       {"abort ", "e2e_test_aborts(e2e::Page&)" + source}},
      {"overflows", "SIGSEGV: stack overflow", {"descends(int)" + source, "the stack goes on"}},
      {"throws_what_nobody_catches",
       "SIGABRT: std::terminate(), for an uncaught (anonymous namespace)::NoMoney: the purse is empty",
       {"__cxa_throw ", "throws_inside()" + source, "e2e_test_throws_what_nobody_catches"}},
      {"throws_what_is_no_exception",
       "SIGABRT: std::terminate(), for an uncaught (anonymous namespace)::Odd",
       {"throws_odd()" + source}},
      {"throws_a_secret",
       "SIGABRT: std::terminate(), for an uncaught std::runtime_error: the key is ***",
       {"e2e_test_throws_a_secret"}},
      {"forgets_a_thread",
       "SIGABRT: std::terminate(), with no exception (a thread that was not joined?)",
       {"std::terminate() libstdc++", "std::thread::~thread() ", "e2e_test_forgets_a_thread"}},
      {"crashes_in_another_thread",
       "SIGSEGV at address 0x0 (null dereference)",
       {"pays(int volatile*)" + source + "16\n"}},
      {"overflows_in_a_thread",
       "killed by SIGSEGV before anything could be noted of it (a stack overflow in a thread that the test "
       "started?)",
       {}},
  };
  for (const Expected& test : expected) {
    const std::string stack = stack_of(run, test.test);
    INFO(test.test << "\n" << stack);
    CHECK(reason_of(run, test.test) == test.reason);
    size_t at = 0;
    for (const std::string& part : test.stack) {
      at = stack.find(part, at);
      CHECK(at != std::string::npos);
    }
    // What called the test is nobody's business.
    CHECK_FALSE(contains(stack, "e2e::detail::"));
    CHECK_FALSE(contains(stack, " e2e-host"));
  }
  // A signal from outside finds a test anywhere.
  CHECK(stack_of(run, "is_killed_from_outside").empty());
  CHECK(run.outcome("crashes::01_crashes::passes_last") == "passed");

  const std::string line = "pays(int volatile*)  tests/plugins/crashes/01_crashes.cpp:16";
  CHECK(contains(run.out, "  stack:\n    #0  (anonymous namespace)::" + line));
  CHECK(contains(project.read(".e2e/reports/junit.xml"), "#0  (anonymous namespace)::" + line));
  CHECK(contains(project.read(".e2e/reports/report.html"), "(anonymous namespace)::pays(int volatile*)"));
}

TEST_CASE("ACrashNamesTheLastStepAndTheLastRequest") {
  const Project project(config);
  const HostRun run = run_crashes(project, test_plugin("crashes.so"), {"crashes_in_a_step"});
  const json attempt = run.last_attempt("crashes::01_crashes::crashes_in_a_step");
  REQUIRE(attempt.contains("crash"));
  INFO(attempt["crash"].dump());
  CHECK(contains(attempt["crash"].value("last_step", ""), "pay (tests/plugins/crashes/01_crashes.cpp:"));
  CHECK(contains(attempt["crash"].value("last_request", ""), "GET http://127.0.0.1:9/purse?owner=7"));
  CHECK(contains(run.out, "pay (tests/plugins/crashes/01_crashes.cpp:"));
  CHECK(contains(run.out, "GET http://127.0.0.1:9/purse?owner=7"));
}

TEST_CASE("ACoreDumpIsWhereTheReportSays") {
  std::string pattern;
  std::getline(std::ifstream("/proc/sys/kernel/core_pattern"), pattern);
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  if (pattern.empty() || pattern.find_first_of("|/%") != std::string::npos ||
      limit.rlim_max != RLIM_INFINITY) {
    not_tested("core dumps go elsewhere, or nowhere: " + pattern, Lacking::anywhere);
    return;
  }
  const Project project(config);
  const HostRun run =
      run_host(project, {"run", "--plugins", test_plugin("crashes.so"), "writes_to_null"}, {}, [] {
        const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_CORE, &all);
      });
  const json attempt = run.last_attempt("crashes::01_crashes::writes_to_null");
  INFO(attempt.dump());
  const std::filesystem::path core = attempt["crash"].value("core", "");
  CHECK(core.parent_path() == project.folder());
  REQUIRE(std::filesystem::exists(core));
  CHECK(read_file(core).substr(0, 4) ==
        "\x7F"
        "ELF");
  CHECK(contains(run.out, core.string()));
}

TEST_CASE("UndefinedBehaviorIsNamedWithItsPlace") {
  if (!std::filesystem::exists(test_plugin("undefined.so")))
    return not_tested("this compiler has no libubsan for plugins", Lacking::anywhere);
  const Project project("services:\n  undefined: {base_url: \"http://127.0.0.1:9\"}\n");
  const std::string words =
      "; UndefinedBehaviorSanitizer: signed integer overflow: 2147483647 + 1 cannot be represented in type "
      "'int', at tests/plugins/undefined/01_undefined.cpp:13:";
  for (const char* options : {"abort_on_error=0", "abort_on_error=1"}) {
    INFO(options);
    const HostRun run =
        run_host(project, {"run", "--plugins", test_plugin("undefined.so")}, {{"UBSAN_OPTIONS", options}});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 1);
    CHECK(run.outcome("undefined::01_undefined::before") == "passed");
    CHECK(run.outcome("undefined::01_undefined::after") == "passed");
    const json attempt = run.last_attempt("undefined::01_undefined::overflows");
    CHECK(attempt["status"] == "crashed");
    CHECK(contains(attempt["reason"], words));
    CHECK(contains(run.out, words));
    // Only who aborts has a stack.
    const bool aborts = std::string(options) == "abort_on_error=1";
    CHECK(contains(attempt["reason"], aborts ? "SIGABRT: " : "called _exit(1)"));
    CHECK(contains(run.out, "e2e_test_overflows(e2e::Page&)") == aborts);
  }
}

TEST_CASE("AHangShowsWhatEachThreadWasAt") {
  const Project project(config);
  const HostRun run = run_crashes(project, test_plugin("crashes.so"), {"hangs"});
  CHECK(run.exit_code == 1);
  const json attempt = run.last_attempt("crashes::01_crashes::hangs");
  CHECK(attempt["status"] == "timed_out");
  REQUIRE(attempt["stacks"].size() == 2);
  CHECK(contains(stack_of(run, "hangs", 0), "hangs_here()" + source));
  CHECK(contains(stack_of(run, "hangs", 0), "e2e_test_hangs(e2e::Page&)" + source));
  CHECK(contains(stack_of(run, "hangs", 1), "hangs_here()" + source));
  CHECK(contains(run.out, "  stack of the main thread:\n"));
  CHECK(contains(run.out, "  stack of thread 2 ("));
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("WithoutDebugInformationThereAreStillNames") {
  const Project project(config);
  const std::string plugin = (project.folder() / "crashes.so").string();
  const std::string command = "strip --strip-debug -o " + plugin + " " + test_plugin("crashes.so").string();
  REQUIRE(std::system(command.c_str()) == 0);
  const HostRun run = run_crashes(project, plugin, {"writes_to_null"});
  CHECK(contains(stack_of(run, "writes_to_null"), "pays(int volatile*) crashes.so\n"));
  CHECK(contains(run.out, "pays(int volatile*)  crashes.so+0x"));
}

TEST_CASE("OfAStrippedPluginThereIsThePlaceInItsFile") {
  const Project project(config);
  const std::string plugin = (project.folder() / "crashes.so").string();
  const std::string command = "strip --strip-all -o " + plugin + " " + test_plugin("crashes.so").string();
  REQUIRE(std::system(command.c_str()) == 0);
  const HostRun run = run_crashes(project, plugin, {"writes_to_null"});
  CHECK(contains(run.out, "#0  ??  crashes.so+0x"));
  CHECK(reason_of(run, "writes_to_null") == "SIGSEGV at address 0x0 (null dereference)");
}

TEST_CASE("EveryCellThatSurvivesACrashShowsItsStack") {
  const Project project(config);
  for (const char* isolation : {"process", "service"})
    for (const char* mode : {"service", "test"}) {
      INFO(isolation << " " << mode);
      const HostRun run = run_crashes(project, test_plugin("crashes.so"),
                                      {"--isolation", isolation, "--parallel-mode", mode, "-j", "4"});
      CHECK(contains(stack_of(run, "writes_to_null"), "pays(int volatile*)" + source + "16\n"));
      CHECK(contains(stack_of(run, "crashes_in_another_thread"), "pays(int volatile*)" + source + "16\n"));
      CHECK(stack_of(run, "passes_last").empty());
    }
}
