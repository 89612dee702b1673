#include "run/unit_order.hpp"

#include <algorithm>
#include <utility>

namespace e2e::host {

UnitOrder make_unit_order(const RunPlan& run, const MetadataLedger& metadata, const Assignment& assignment,
                          uint32_t failed) {
  const RunPlan::Service& service = run.services[assignment.service];
  const PlannedService& planned = run.plan.services[assignment.service];
  UnitOrder order;
  order.unit = assignment.unit;
  order.plugin_path = service.plugin_path;
  order.list_fingerprint = service.list_fingerprint;
  order.service = service.order;
  order.has_fresh_pages = planned.mode == Mode::test;
  order.keeps_scope = assignment.keeps_scope;
  order.exits_after = planned.isolation == Isolation::process;
  order.recycles_on_failure = service.recycles_on_failure;
  order.grace_ms = run.limits.grace_ms;
  order.resources = run.resources;
  if (run.fail_fast > 0)
    order.max_failures = std::max<uint32_t>(1, run.fail_fast - std::min(run.fail_fast, failed));
  std::vector<uint32_t> tests;
  for (const UnitTest& unit_test : assignment.tests) {
    const PlannedTest& planned_test = run.plan.tests[unit_test.test];
    const TestInfo& info = run.tests[unit_test.test];
    TestOrder test;
    test.test = unit_test.test;
    test.id = info.module + "::" + info.name;
    test.first_attempt = unit_test.first_attempt;
    // In mode test a retry is a unit of its own.
    test.last_attempt = planned.mode == Mode::service ? planned_test.max_attempts : unit_test.first_attempt;
    test.timeout_ms = info.timeout_ms;
    test.depends_on = planned_test.depends_on;
    order.tests.push_back(std::move(test));
    tests.push_back(unit_test.test);
  }
  order.metadata = metadata.inherited(assignment.service, tests);
  return order;
}

}  // namespace e2e::host
