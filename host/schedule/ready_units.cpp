#include "schedule/ready_units.hpp"

#include <tuple>

namespace e2e::host {

bool operator<(const Rank& left, const Rank& right) {
  return std::tie(right.is_put_back, right.priority, right.chain, right.size, left.first) <
         std::tie(left.is_put_back, left.priority, left.chain, left.size, right.first);
}

ReadyUnits::ReadyUnits(uint32_t services) : queues_(services) {}

void ReadyUnits::add(uint32_t service, ReadyUnit unit) {
  queues_[service].units.push(std::move(unit));
  ++size_;
  list(service);
}

ReadyUnit ReadyUnits::take(uint32_t service) {
  auto& units = queues_[service].units;
  ReadyUnit unit = units.top();
  units.pop();
  --size_;
  list(service);
  return unit;
}

const std::vector<uint32_t>& ReadyUnits::best_tests(uint32_t service) const {
  return queues_[service].units.top().tests;
}

const Rank* ReadyUnits::best(uint32_t service) const {
  const auto& units = queues_[service].units;
  return units.empty() ? nullptr : &units.top().rank;
}

void ReadyUnits::set_offered(uint32_t service, bool is_offered) {
  queues_[service].is_offered = is_offered;
  list(service);
}

std::optional<uint32_t> ReadyUnits::best_offered() const {
  if (offers_.empty()) return std::nullopt;
  return offers_.begin()->second;
}

void ReadyUnits::list(uint32_t service) {
  Queue& queue = queues_[service];
  if (queue.listed) offers_.erase({*queue.listed, service});
  queue.listed.reset();
  if (!queue.is_offered || queue.units.empty()) return;
  queue.listed = queue.units.top().rank;
  offers_.emplace(*queue.listed, service);
}

}  // namespace e2e::host
