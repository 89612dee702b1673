#include "run/metadata_ledger.hpp"

#include <set>
#include <utility>

#include "schedule/partition.hpp"

namespace e2e::host {
namespace {

std::vector<uint32_t> order_in_mode_service(Plan plan, const Graph& dependencies) {
  for (PlannedService& service : plan.services) service.mode = Mode::service;
  std::vector<uint32_t> order;
  for (const Part& part : partition(plan, dependencies))
    order.insert(order.end(), part.tests.begin(), part.tests.end());
  return order;
}

}  // namespace

MetadataLedger::MetadataLedger(const Plan& plan)
    : plan_(plan),
      dependencies_(dependencies_of(plan)),
      order_(order_in_mode_service(plan, dependencies_)),
      pending_(plan.tests.size()),
      kept_(plan.tests.size()) {}

void MetadataLedger::set(uint32_t test, std::string key, std::string json) {
  pending_.at(test).insert_or_assign(std::move(key), std::move(json));
}

void MetadataLedger::end_attempt(uint32_t test, bool has_passed) {
  Values values = std::exchange(pending_.at(test), {});
  if (has_passed) kept_[test] = std::move(values);
}

std::vector<std::pair<std::string, std::string>> MetadataLedger::inherited(
    uint32_t service, const std::vector<uint32_t>& tests) const {
  std::set<uint32_t> sources;
  std::vector<uint32_t> open = tests;
  while (!open.empty()) {
    const uint32_t test = open.back();
    open.pop_back();
    for (const uint32_t dependency : dependencies_[test])
      if (sources.insert(dependency).second) open.push_back(dependency);
  }
  if (plan_.services[service].mode == Mode::service)
    for (uint32_t test = 0; test < plan_.tests.size(); ++test)
      if (plan_.tests[test].service == service) sources.insert(test);
  Values merged;
  for (const uint32_t test : order_)
    if (sources.contains(test))
      for (const auto& [key, json] : kept_[test]) merged.insert_or_assign(key, json);
  return {merged.begin(), merged.end()};
}

}  // namespace e2e::host
