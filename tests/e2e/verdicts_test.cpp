// Every way a test can end is named as what it is, and costs no other test its result.
#include <e2e_catch.hpp>

#include "host_run.hpp"

using namespace e2e_test;

namespace {

const char* const config =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\nlimits: {grace_period: 300}\n";

struct Expected {
  const char* test;
  const char* status;
  const char* reason;  ///< the attempt's reason contains it
};

const Expected expected[] = {
    {"01_endings::passes_first", "passed", ""},
    {"01_endings::aborts", "crashed", "SIGABRT: abort(), a failed assert() or std::terminate()"},
    {"01_endings::exits", "crashed", "called exit(0)"},
    {"01_endings::exits_at_once", "crashed", "called _exit(0)"},
    {"01_endings::exits_with_code", "crashed", "called _exit(7)"},
    {"01_endings::dereferences_null", "crashed", "SIGSEGV at address 0x0 (null dereference)"},
    {"01_endings::overflows_its_stack", "crashed", "SIGSEGV: stack overflow"},
    {"01_endings::throws", "error", ""},
    {"01_endings::throws_in_noexcept", "crashed",
     "SIGABRT: std::terminate(), for an uncaught std::runtime_error: nobody can catch this"},
    {"01_endings::kills_itself", "crashed", "killed by SIGKILL, which e2e-host did not send"},
    {"01_endings::closes_descriptors", "crashed", "closed the descriptors of its worker"},
    {"01_endings::replaces_itself", "crashed", "replaced its worker with another program (exec)"},
    {"01_endings::leaves_a_child", "failed", "behind; killed"},
    {"01_endings::leaves_a_daemon", "failed", "behind; killed"},
    {"01_endings::passes_last", "passed", ""},
    {"02_hangs::hangs", "timed_out", "no end within 200 ms; it did not stop when asked to, and was killed"},
    {"02_hangs::hangs_busily", "timed_out",
     "no end within 200 ms; it did not stop when asked to, and was killed"},
    {"02_hangs::ignores_term", "timed_out", "no end within 200 ms; it ignored SIGTERM, and was killed"},
    {"02_hangs::passes_after_all_that", "passed", ""},
    {"03_checks::fails", "failed", ""},
    {"03_checks::fails_softly_twice", "failed", ""},
    {"03_checks::skips", "skipped", "not today"},
    {"03_checks::depends_on_a_failure", "skipped", "depends on verdicts::03_checks::fails, which failed"},
    {"03_checks::depends_on_that_in_turn", "skipped",
     "depends on verdicts::03_checks::depends_on_a_failure, which was skipped"},
    {"03_checks::passes_at_the_second_attempt", "passed", ""},
};

void check_all(const HostRun& run) {
  CHECK(run.exit_code == 1);
  for (const Expected& test : expected) {
    const std::string id = std::string("verdicts::") + test.test;
    INFO(id);
    std::string reason;
    for (const auto& event : run.all("test_finished"))
      if (event["test"] == id) reason = event.value("reason", "");
    // A test that is skipped for another's sake may be so without an attempt.
    if (const auto attempt = run.last_attempt(id); !attempt.is_null()) {
      CHECK(attempt.value("status", "") == test.status);
      reason = attempt.value("reason", "");
    } else {
      CHECK(run.outcome(id) == test.status);
    }
    CHECK(reason.find(test.reason) != std::string::npos);
  }
  CHECK(run.outcome("verdicts::03_checks::passes_at_the_second_attempt") == "flaky");
  CHECK(run.statuses("verdicts::03_checks::passes_at_the_second_attempt") == "failed passed");
  CHECK(run.all("test_finished").size() == std::size(expected));
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

}  // namespace

TEST_CASE("EveryEndingIsNamedAndCostsNobodyElse") {
  const Project project(config);
  for (const char* isolation : {"process", "service"})
    for (const char* mode : {"service", "test"})
      for (const char* workers : {"0", "8"}) {
        INFO(isolation << " " << mode << " " << workers);
        check_all(run_host(project, {"run", "--plugins", test_plugin("verdicts.so"), "--isolation", isolation,
                                     "--parallel-mode", mode, "-j", workers}));
      }
}

TEST_CASE("OutputOfACrashedTestIsKept") {
  const Project project(config);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("verdicts.so"), "aborts"});
  CHECK(run.exit_code == 1);
  CHECK(run.out.find("about to abort") != std::string::npos);
}
