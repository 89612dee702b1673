#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/mode.hpp"
#include "base/priority.hpp"
#include "schedule/graph.hpp"

namespace e2e::host {

/// One plugin's tests of a service as the scheduler sees them: what its units are and what may run beside
/// them. Those with the same name are one service: each has units and scopes of its own, `parallel`,
/// `exclusive` and `max_workers` hold for them together, and all say the same of them.
struct PlannedService {
  std::string name;
  Mode mode = Mode::service;
  Isolation isolation = Isolation::process;
  bool parallel = true;      ///< false: no two slots serve it at once
  bool exclusive = false;    ///< true: while a slot serves it no other slot runs anything
  uint32_t max_workers = 0;  ///< at most that many slots serve it at once; 0: no limit
};

/// Something of which one unit has the whole, or any number of them a share.
struct NeededResource {
  uint32_t resource = 0;  ///< its number; what is the same has the same
  bool is_shared = false;
};

/// A selected test.
struct PlannedTest {
  std::string id;        ///< service::module::name
  uint32_t service = 0;  ///< index into Plan::services
  Priority priority = Priority::normal;
  std::vector<uint32_t> depends_on;  ///< indices into Plan::tests, as declared; repetitions do no harm
  uint32_t max_attempts = 1;         ///< the first and its retries; at least 1
  std::vector<NeededResource> resources = {};
};

/// What to run. Tests are in canonical order: service, module, declaration.
struct Plan {
  std::vector<PlannedService> services;
  std::vector<PlannedTest> tests;
  /// The place that each test has in the order to run them in as far as depends_on allows, whatever their
  /// priorities: no two the same. Empty: by priority, then canonical.
  std::vector<uint32_t> places;

  [[nodiscard]] Priority priority_of(uint32_t test) const {
    return places.empty() ? tests[test].priority : Priority::normal;
  }
  [[nodiscard]] uint32_t place_of(uint32_t test) const { return places.empty() ? test : places[test]; }
};

/// For each test the tests it depends on, ascending and each once.
/// Throws std::invalid_argument if a service or test index is out of range, max_attempts is 0, or there are
/// places, but not one for each test.
Graph dependencies_of(const Plan& plan);

/// The shortest dependency cycle found, as "a::m::x -> a::m::y -> a::m::x" where "->" reads "depends on";
/// nullopt if there is none. Of equally short ones the first in canonical order. Throws as dependencies_of
/// does.
std::optional<std::string> find_cycle(const Plan& plan);

/// True if the scope of `service` outlives its units: mode `test` in a worker that takes more than one unit.
/// Such a slot keeps the scope open from one test of the service to the next.
bool keeps_scope(const PlannedService& service);

}  // namespace e2e::host
