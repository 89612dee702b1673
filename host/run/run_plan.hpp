#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "events/event.hpp"
#include "schedule/plan.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// Everything that a run of tests needs to know: a value, made before it starts.
struct RunPlan {
  /// What the plan's services are run with; same order.
  struct Service {
    ServiceOrder order;
    std::string plugin_path;
    uint64_t list_fingerprint = 0;
    bool recycles_on_failure = false;         ///< a failed attempt is its worker's last
    std::optional<StartSettings> start = {};  ///< its folder and log, if it names one, are absolute
  };

  Plan plan;
  std::vector<TestInfo> tests;    ///< of plan.tests, same order
  std::vector<Service> services;  ///< of plan.services, same order
  uint32_t slots = 1;
  std::string workers_reason;  ///< why `auto` came to fewer slots than there are CPUs; empty: it did not
  bool is_parallel = false;
  Mode mode = Mode::service;  ///< the run's, as services may ask otherwise
  Isolation isolation = Isolation::process;
  TimeLimits limits;
  ResourceLimits resources;
  uint32_t crashes_in_a_row = 0;         ///< of one plugin, till it is given up; 0: never
  std::optional<uint32_t> shuffle_seed;  ///< what plan.places were made of
  bool is_live = false;                  ///< reporters are shown output as it comes
  uint32_t fail_fast = 0;                ///< stop at that many failed tests; 0: never
  bool fail_on_flaky = false;            ///< a flaky test makes the run a failed one
  RunEnvironment environment;            ///< where it takes place
  int64_t slow_after_ms = 0;             ///< a test that runs for longer is told to be slow; 0: none is
  std::vector<int64_t> earlier_ns;  ///< what each test took when it passed last; 0, or not there: not known
  std::string output_folder;        ///< for outputs too large to keep in events; empty: not kept
};

/// Whether some process of the run will look at a service's certificate, and trust those of the system.
bool needs_system_certificates(const RunPlan& plan);

/// The first event of a run of it, which begins now with so many slots.
RunStarted run_started(const RunPlan& plan, std::string run_id, uint32_t slots);

}  // namespace e2e::host
