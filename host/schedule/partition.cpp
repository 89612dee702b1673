#include "schedule/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace e2e::host {
namespace {

/// Tests that belong into one unit if dependencies allow: a service in mode `service`, a single test in mode
/// `test`.
struct Group {
  uint32_t service = 0;
  uint32_t component = 0;
  uint32_t tests_left = 0;
  uint32_t blocked = 0;         ///< dependencies on tests of other groups that are in no part yet
  std::vector<uint32_t> ready;  ///< heap of tests all of whose dependencies are in a part, best first
};

class Partitioner {
 public:
  Partitioner(const Plan& plan, const Graph& dependencies)
      : plan_(plan), dependencies_(dependencies), dependents_(reversed(dependencies)) {}

  std::vector<Part> run() {
    form_groups();
    count_dependencies();
    const auto components = strong_components(group_graph());
    for (uint32_t number = 0; number < components.size(); ++number) {
      for (const uint32_t group : components[number]) groups_[group].component = number;
    }
    for (uint32_t number = 0; number < components.size(); ++number) {
      take_component(number, components[number]);
    }
    measure_chains();
    return std::move(parts_);
  }

 private:
  void form_groups() {
    std::vector<int64_t> group_of_service(plan_.services.size(), -1);
    group_of_.reserve(plan_.tests.size());
    for (const PlannedTest& test : plan_.tests) {
      int64_t& known = group_of_service[test.service];
      if (known < 0 || plan_.services[test.service].mode == Mode::test) {
        known = static_cast<int64_t>(groups_.size());
        groups_.push_back({test.service, 0, 0, 0, {}});
      }
      group_of_.push_back(static_cast<uint32_t>(known));
      ++groups_[group_of_.back()].tests_left;
    }
  }

  void count_dependencies() {
    missing_.resize(plan_.tests.size());
    for (uint32_t test = 0; test < plan_.tests.size(); ++test) {
      missing_[test] = static_cast<uint32_t>(dependencies_[test].size());
      for (const uint32_t dependency : dependencies_[test]) {
        if (group_of_[dependency] != group_of_[test]) ++groups_[group_of_[test]].blocked;
      }
      if (missing_[test] == 0) push_ready(test);
    }
  }

  Graph group_graph() const {
    Graph graph(groups_.size());
    for (uint32_t test = 0; test < plan_.tests.size(); ++test) {
      for (const uint32_t dependency : dependencies_[test]) {
        if (group_of_[dependency] != group_of_[test]) graph[group_of_[test]].push_back(group_of_[dependency]);
      }
    }
    return graph;
  }

  /// Groups of one component can depend on each other in a circle; what they need from outside is taken
  /// already. The least blocked group goes next with all it has ready: not blocked at all means that it goes
  /// whole.
  void take_component(uint32_t number, const std::vector<uint32_t>& members) {
    uint64_t tests_left = 0;
    for (const uint32_t group : members) {
      tests_left += groups_[group].tests_left;
      if (!groups_[group].ready.empty()) candidates_.emplace(groups_[group].blocked, group);
    }
    while (tests_left > 0) {
      if (candidates_.empty()) {
        throw std::invalid_argument(
            fmt::format("internal error: plan: dependency cycle: {}", find_cycle(plan_).value_or("?")));
      }
      const uint32_t group = candidates_.begin()->second;
      candidates_.erase(candidates_.begin());
      tests_left -= take_ready(number, group);
    }
  }

  std::size_t take_ready(uint32_t component, uint32_t group) {
    Part part{groups_[group].service, {}, Priority::low, 0};
    while (!groups_[group].ready.empty()) {
      const uint32_t test = pop_ready(group);
      part.tests.push_back(test);
      part.priority = std::max(part.priority, plan_.priority_of(test));
      for (const uint32_t dependent : dependents_[test]) unblock(component, group, dependent);
    }
    groups_[group].tests_left -= static_cast<uint32_t>(part.tests.size());
    const std::size_t size = part.tests.size();
    parts_.push_back(std::move(part));
    return size;
  }

  void unblock(uint32_t component, uint32_t taken_group, uint32_t test) {
    const uint32_t group = group_of_[test];
    const bool is_ready = --missing_[test] == 0;
    if (group == taken_group) {
      if (is_ready) push_ready(test);
      return;
    }
    const bool is_candidate = groups_[group].component == component;
    if (is_candidate) candidates_.erase({groups_[group].blocked, group});
    --groups_[group].blocked;
    if (is_ready) push_ready(test);
    if (is_candidate && !groups_[group].ready.empty()) candidates_.emplace(groups_[group].blocked, group);
  }

  void measure_chains() {
    std::vector<uint32_t> part_of(plan_.tests.size());
    for (uint32_t part = 0; part < parts_.size(); ++part) {
      for (const uint32_t test : parts_[part].tests) part_of[test] = part;
    }
    for (std::size_t i = parts_.size(); i-- > 0;) {
      for (const uint32_t test : parts_[i].tests) {
        for (const uint32_t dependent : dependents_[test]) {
          if (part_of[dependent] == i) continue;
          const Part& waiting = parts_[part_of[dependent]];
          const auto length = static_cast<uint32_t>(waiting.tests.size()) + waiting.chain;
          parts_[i].chain = std::max(parts_[i].chain, length);
        }
      }
    }
  }

  bool goes_after(uint32_t left, uint32_t right) const {
    const Priority left_priority = plan_.priority_of(left);
    const Priority right_priority = plan_.priority_of(right);
    return left_priority != right_priority ? left_priority < right_priority
                                           : plan_.place_of(left) > plan_.place_of(right);
  }

  void push_ready(uint32_t test) {
    auto& heap = groups_[group_of_[test]].ready;
    heap.push_back(test);
    std::push_heap(heap.begin(), heap.end(),
                   [this](auto left, auto right) { return goes_after(left, right); });
  }

  uint32_t pop_ready(uint32_t group) {
    auto& heap = groups_[group].ready;
    std::pop_heap(heap.begin(), heap.end(),
                  [this](auto left, auto right) { return goes_after(left, right); });
    const uint32_t test = heap.back();
    heap.pop_back();
    return test;
  }

  const Plan& plan_;
  const Graph& dependencies_;
  const Graph dependents_;
  std::vector<Group> groups_;
  std::vector<uint32_t> group_of_;
  std::vector<uint32_t> missing_;
  std::set<std::pair<uint32_t, uint32_t>> candidates_;  ///< (blocked, group), of the current component
  std::vector<Part> parts_;
};

}  // namespace

std::vector<Part> partition(const Plan& plan, const Graph& dependencies) {
  return Partitioner(plan, dependencies).run();
}

}  // namespace e2e::host
