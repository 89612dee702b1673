#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "base/priority.hpp"

namespace e2e::host {

/// What decides which of two ready units goes first.
struct Rank {
  bool is_put_back = false;  ///< a retry, or the rest of a unit that ended early: before all fresh work
  Priority priority = Priority::normal;
  uint32_t chain = 0;  ///< tests in the longest chain of parts that wait for it: the critical path, by count
  uint32_t size = 0;   ///< its tests
  uint32_t first = 0;  ///< its tests' lowest place, which no other ready unit has: no two ranks are equal

  /// True if `left` goes before `right`.
  friend bool operator<(const Rank& left, const Rank& right);
};

/// A unit that nothing holds back but the limits of its service.
struct ReadyUnit {
  Rank rank;
  uint32_t part = 0;            ///< the part whose tests it has
  uint32_t fruitless_ends = 0;  ///< how often in a row it was handed out and ended without an attempt
  std::vector<uint32_t> tests;  ///< in the order to run them
};

/// Ready units, a queue for each service. All calls O(log units).
class ReadyUnits {
 public:
  /// Empty queues for `services` services, each offered.
  explicit ReadyUnits(uint32_t services);

  void add(uint32_t service, ReadyUnit unit);

  /// Removes the service's best unit and returns it. Precondition: it has one.
  ReadyUnit take(uint32_t service);

  /// The tests of the service's best unit. Precondition: it has one. Valid as best().
  const std::vector<uint32_t>& best_tests(uint32_t service) const;

  /// The rank of the service's best unit, or nullptr if it has none. Valid until the next add() or take().
  const Rank* best(uint32_t service) const;

  /// Says whether best_offered() may name this service: not while as many slots serve it as may.
  void set_offered(uint32_t service, bool is_offered);

  /// The service with the best unit of all that are offered, or nullopt if they have none.
  std::optional<uint32_t> best_offered() const;

  bool empty() const { return size_ == 0; }

 private:
  struct GoesAfter {
    bool operator()(const ReadyUnit& left, const ReadyUnit& right) const { return right.rank < left.rank; }
  };
  struct Queue {
    std::priority_queue<ReadyUnit, std::vector<ReadyUnit>, GoesAfter> units;
    std::optional<Rank> listed;  ///< the rank it has in offers_
    bool is_offered = true;
  };

  void list(uint32_t service);

  std::vector<Queue> queues_;
  std::set<std::pair<Rank, uint32_t>> offers_;
  uint64_t size_ = 0;
};

}  // namespace e2e::host
