#include "run/workers.hpp"

#include <algorithm>
#include <utility>

namespace e2e::host {

Workers::Workers(uint32_t slots) : slots_(std::max<uint32_t>(1, slots)) {
  for (uint32_t i = 0; i < slots_.size(); ++i) slots_[i].number = i;
}

template <typename Call>
void Workers::for_each(Call call) {
  for (Slot& slot : slots_)
    if (slot.worker) call(*slot.worker);
  for (auto& worker : leaving_) call(*worker);
}

WorkerHost* Workers::find(uint32_t number) const {
  for (const Slot& slot : slots_)
    if (slot.worker && slot.worker->worker() == number) return slot.worker.get();
  for (const auto& worker : leaving_)
    if (worker->worker() == number) return worker.get();
  return nullptr;
}

bool Workers::are_any() const {
  return !leaving_.empty() ||
         std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.worker != nullptr; });
}

bool Workers::has_threads() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.worker && slot.worker->is_thread(); });
}

void Workers::let_leave(Slot& slot) { leaving_.push_back(std::move(slot.worker)); }

void Workers::bury(Slot& slot) { gone_.push_back(std::move(slot.worker)); }

bool Workers::bury_if_leaving(const WorkerHost& worker) {
  const auto left =
      std::find_if(leaving_.begin(), leaving_.end(), [&](const auto& one) { return one.get() == &worker; });
  if (left == leaving_.end()) return false;
  gone_.push_back(std::move(*left));
  leaving_.erase(left);
  return true;
}

void Workers::lose_leaving() {
  while (!leaving_.empty()) leaving_.back()->on_lost();
}

void Workers::catch_up() {
  for (Slot& slot : slots_)
    if (slot.worker && slot.running) slot.worker->catch_up();
}

void Workers::pause() {
  for_each([](WorkerHost& worker) { worker.pause(); });
}

void Workers::resume() {
  for_each([](WorkerHost& worker) { worker.resume(); });
}

void Workers::kill() {
  for_each([](WorkerHost& worker) { worker.kill(); });
}

void Workers::forgive(int64_t duration_ns) {
  for (Slot& slot : slots_) {
    slot.worker_start_ns += duration_ns;
    slot.at_work_since_ns += duration_ns;
    slot.verdict_patience_ns += duration_ns;
    if (slot.worker && !slot.worker->is_gone()) slot.worker->forgive(duration_ns);
  }
}

}  // namespace e2e::host
