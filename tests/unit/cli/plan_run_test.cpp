#include "cli/plan_run.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/fatal.hpp"
#include "cli/machine_limits.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

CatalogTest test(const std::string& service, uint32_t plugin, const std::string& name,
                 std::vector<uint32_t> depends_on = {}) {
  CatalogTest made;
  made.plugin = plugin;
  made.info.service = service;
  made.info.module = "m";
  made.info.name = name;
  made.info.id = service + "::m::" + name;
  made.info.max_attempts = 0;
  made.depends_on = std::move(depends_on);
  return made;
}

CatalogPlugin plugin(const std::string& service) {
  CatalogPlugin made;
  made.service = service;
  made.file.path = "/plugins/" + service + ".so";
  made.list_fingerprint = service.size();
  return made;
}

/// Services a (tests 0, 1 <- 0) and b (2 <- 1, 3).
Catalog catalog() {
  Catalog made;
  made.plugins = {plugin("a"), plugin("bb")};
  made.tests = {test("a", 0, "zero"), test("a", 0, "one", {0}), test("bb", 1, "two", {1}),
                test("bb", 1, "three")};
  return made;
}

Config config() {
  Config made;
  for (const char* name : {"a", "bb"}) {
    ServiceConfig service;
    service.name = name;
    service.base_url = std::string("http://127.0.0.1/") + name;
    made.services.push_back(service);
  }
  return made;
}

RunPlan planned(const Config& settings, const std::vector<uint32_t>& selected = {0, 1, 2, 3},
                const Options& options = {}) {
  return plan_run(catalog(), selected, settings, options);
}

std::string refusal_of_run(const Options& options) {
  try {
    with_options(Config(), options);
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("OptionsWinOverTheConfig", "[plan_run]") {
  Config before;
  before.parallel.enabled = true;
  before.parallel.max_workers = 7;
  before.limits.test_ms = 1;
  before.retries = 9;
  CHECK(with_options(before, {}).parallel.max_workers == 7u);
  CHECK(with_options(before, {}).retries == 9);
  Options options;
  options.parallel = "3";
  options.mode = "test";
  options.isolation = "service";
  options.timeout_ms = 11;
  options.run_timeout_ms = 12;
  options.retries = 0;
  const Config after = with_options(before, options);
  CHECK(after.parallel.enabled);
  CHECK(after.parallel.max_workers == 3u);
  CHECK(after.parallel.mode == Mode::test);
  CHECK(after.parallel.isolation == Isolation::service);
  CHECK(after.limits.test_ms == 11);
  CHECK(after.limits.run_ms == 12);
  CHECK(after.retries == 0);
}

TEST_CASE("ZeroWorkersIsSequentialAndAutoIsTheCpus", "[plan_run]") {
  Config before = config();
  before.parallel.enabled = true;
  before.parallel.max_workers = 7;
  Options options;
  options.parallel = "0";
  const RunPlan sequential = planned(with_options(before, options));
  CHECK_FALSE(sequential.is_parallel);
  CHECK(sequential.slots == 1);
  options.parallel = "auto";
  const RunPlan automatic = planned(with_options(before, options));
  CHECK(automatic.is_parallel);
  CHECK(automatic.slots == auto_workers(read_machine_limits()).count);
  options.parallel = "1024";
  CHECK(planned(with_options(before, options)).slots == 1024);
}

TEST_CASE("WorkersThatCannotBeAreRefused", "[plan_run]") {
  for (const char* word : {"1025", "-1", "x", "4x", "", "99999999999"}) {
    Options options;
    options.parallel = word;
    CHECK(refusal_of_run(options) ==
          std::string("error: --parallel: '") + word + "' is neither `auto` nor a number from 0 to 1024");
  }
}

TEST_CASE("UnknownModeAndIsolationAreRefused", "[plan_run]") {
  Options options;
  options.mode = "tests";
  CHECK(refusal_of_run(options) == "error: --parallel-mode: 'tests' is not one of service, test");
  options = Options();
  options.isolation = "full";
  CHECK(refusal_of_run(options) == "error: --isolation: 'full' is not one of process, service, none");
}

TEST_CASE("PlanHoldsTheSelectedTestsAndTheirServices", "[plan_run]") {
  const RunPlan run = planned(config(), {1, 2});
  REQUIRE(run.tests.size() == 2);
  CHECK(run.tests[0].id == "a::m::one");
  CHECK(run.plan.tests[1].id == "bb::m::two");
  CHECK(run.plan.tests[0].service == 0);
  CHECK(run.plan.tests[1].service == 1);
  // What was not selected is nobody's dependency.
  CHECK(run.plan.tests[0].depends_on.empty());
  CHECK(run.plan.tests[1].depends_on == std::vector<uint32_t>{0});
  REQUIRE(run.services.size() == 2);
  CHECK(run.services[1].plugin_path == "/plugins/bb.so");
  CHECK(run.services[1].list_fingerprint == 2);
  CHECK(run.services[1].order.base_url == "http://127.0.0.1/bb");
  CHECK(planned(config(), {3}).services.size() == 1);
}

TEST_CASE("TestsWithoutATimeoutOrRetriesGetTheRuns", "[plan_run]") {
  Catalog tests = catalog();
  tests.tests[1].info.timeout_ms = 5;
  tests.tests[1].info.max_attempts = 4;
  Config settings = config();
  settings.limits.test_ms = 700;
  settings.retries = 2;
  const RunPlan run = plan_run(tests, {0, 1}, settings, {});
  CHECK(run.tests[0].timeout_ms == 700);
  CHECK(run.tests[0].max_attempts == 3);
  CHECK(run.plan.tests[0].max_attempts == 3);
  CHECK(run.tests[1].timeout_ms == 5);
  CHECK(run.plan.tests[1].max_attempts == 4);
}

TEST_CASE("ServiceMayAskForMoreIsolationNeverForLess", "[plan_run]") {
  Config settings = config();
  settings.parallel.isolation = Isolation::service;
  settings.services[0].isolation = Isolation::process;
  settings.services[0].mode = Mode::test;
  settings.services[0].parallel = false;
  settings.services[0].max_workers = 3;
  settings.services[1].isolation = Isolation::none;
  settings.services[1].exclusive = true;
  const RunPlan run = planned(settings);
  CHECK(run.plan.services[0].isolation == Isolation::process);
  CHECK(run.plan.services[0].mode == Mode::test);
  CHECK_FALSE(run.plan.services[0].parallel);
  CHECK(run.plan.services[0].max_workers == 3);
  CHECK(run.plan.services[1].isolation == Isolation::service);
  CHECK(run.plan.services[1].mode == Mode::service);
  CHECK(run.plan.services[1].exclusive);
}

TEST_CASE("ServiceMayAskForFreshWorkersAfterFailuresByItself", "[plan_run]") {
  Config settings = config();
  CHECK_FALSE(planned(settings).services[0].recycles_on_failure);
  settings.services[0].recycle_on_failure = true;
  CHECK(planned(settings).services[0].recycles_on_failure);
  CHECK_FALSE(planned(settings).services[1].recycles_on_failure);
  settings.parallel.recycle_on_failure = true;
  settings.services[0].recycle_on_failure = false;
  CHECK_FALSE(planned(settings).services[0].recycles_on_failure);
  CHECK(planned(settings).services[1].recycles_on_failure);
}

TEST_CASE("IsolationNoneHasOneWorkerUnlessTold", "[plan_run]") {
  Config settings = config();
  settings.parallel.isolation = Isolation::none;
  settings.parallel.enabled = true;
  CHECK(planned(settings).slots == 1);
  settings.parallel.max_workers = 4;
  CHECK(planned(settings).slots == 4);
}

TEST_CASE("LimitsAndFailFastAreHandedOn", "[plan_run]") {
  Config settings = config();
  settings.limits = {1, 2, 3, 4, 5};
  Options options;
  options.fail_fast = 6;
  const RunPlan run = planned(settings, {0}, options);
  CHECK(run.limits.setup_ms == 2);
  CHECK(run.limits.run_ms == 5);
  CHECK(run.fail_fast == 6);
}

TEST_CASE("CircleOfDependenciesIsRefused", "[plan_run]") {
  Catalog circle = catalog();
  circle.tests[0].depends_on = {2};
  try {
    plan_run(circle, {0, 1, 2, 3}, config(), {});
    FAIL("the circle was accepted");
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    CHECK(
        std::string(fatal.what()) ==
        "error: tests depend on each other in a circle: a::m::zero -> bb::m::two -> a::m::one -> a::m::zero\n"
        "hint: take one depends_on out");
  }
  // Without the test that closes it there is none.
  CHECK(plan_run(circle, {1, 2, 3}, config(), {}).tests.size() == 3);
}

TEST_CASE("EachServiceHasALimiterOfItsOwn", "[plan_run]") {
  Config settings = config();
  settings.services[1].rate_limit.is_enabled = true;
  settings.services[1].rate_limit.limit = RateLimit::per_second(10, 5);
  const RunPlan plan = planned(settings);
  CHECK(plan.services[0].order.limiter == 0);
  CHECK_FALSE(plan.services[0].order.rate_limit.is_enabled.has_value());
  CHECK(plan.services[1].order.limiter == 1);
  CHECK(plan.services[1].order.rate_limit.limit == RateLimit::per_second(10, 5));
}

TEST_CASE("EachPluginOfAServiceIsPlannedByItselfUnderItsName", "[plan_run]") {
  Catalog made = catalog();
  made.plugins.push_back(plugin("a"));
  made.plugins[2].file.path = "/plugins/smoke.so";
  made.plugins[2].settings = R"({"n":1})";
  made.tests.push_back(test("a", 2, "health", {0}));
  Config settings = config();
  settings.environment = "staging";
  settings.services[0].parallel = false;
  const RunPlan run = plan_run(made, {0, 1, 4}, settings, {});
  REQUIRE(run.services.size() == 2);
  CHECK(run.services[0].order.limiter == run.services[1].order.limiter);
  REQUIRE(run.plan.services.size() == 2);
  for (const auto& service : run.plan.services) {
    CHECK(service.name == "a");
    CHECK_FALSE(service.parallel);
  }
  CHECK(run.plan.tests[1].service == 0);
  CHECK(run.plan.tests[2].service == 1);
  CHECK(run.plan.tests[2].depends_on == std::vector<uint32_t>{0});
  CHECK(run.services[0].plugin_path == "/plugins/a.so");
  CHECK(run.services[0].order.plugin_settings == "{}");
  CHECK(run.services[1].plugin_path == "/plugins/smoke.so");
  CHECK(run.services[1].order.plugin_settings == R"({"n":1})");
  CHECK(run.services[1].order.environment == "staging");
}
