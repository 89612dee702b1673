#include "run/once_table.hpp"

#include <algorithm>
#include <utility>

namespace e2e::host {

std::optional<OnceTable::Reply> OnceTable::ask(const std::string& service, const std::string& key,
                                               uint32_t worker) {
  Fixture& fixture = fixtures_[{service, key}];
  if (fixture.result) return Reply{worker, key, fixture.result};
  if (!fixture.runner) {
    fixture.runner = worker;
    return Reply{worker, key, std::nullopt};
  }
  fixture.waiting.push_back(worker);
  return std::nullopt;
}

std::vector<OnceTable::Reply> OnceTable::finish(const std::string& service, const std::string& key,
                                                uint32_t worker, Result result) {
  const auto found = fixtures_.find({service, key});
  if (found == fixtures_.end() || found->second.runner != worker || found->second.result) return {};
  Fixture& fixture = found->second;
  fixture.result = std::move(result);
  std::vector<Reply> replies;
  for (const uint32_t waiting : std::exchange(fixture.waiting, {}))
    replies.push_back({waiting, key, fixture.result});
  return replies;
}

std::vector<OnceTable::Reply> OnceTable::worker_gone(uint32_t worker) {
  std::vector<Reply> replies;
  for (auto& [name, fixture] : fixtures_) {
    std::erase(fixture.waiting, worker);
    if (fixture.runner != worker || fixture.result) continue;
    fixture.runner.reset();
    if (fixture.waiting.empty()) continue;
    fixture.runner = fixture.waiting.front();
    fixture.waiting.erase(fixture.waiting.begin());
    replies.push_back({*fixture.runner, name.second, std::nullopt});
  }
  return replies;
}

}  // namespace e2e::host
