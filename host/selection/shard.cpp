#include "selection/shard.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

namespace e2e::host {
namespace {

constexpr uint32_t max_shards = 10'000;

std::optional<uint32_t> parse_number(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > max_shards)
    return std::nullopt;
  return number;
}

/// Which things belong together; each is known by the lowest of its kind.
class Groups {
 public:
  explicit Groups(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }
  uint32_t find(uint32_t one) {
    while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
    return one;
  }
  void join(uint32_t one, uint32_t other) {
    const uint32_t a = find(one), b = find(other);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parent_;
};

}  // namespace

std::optional<Shard> parse_shard(const std::string& word) {
  const size_t slash = word.find('/');
  if (slash == word.npos) return std::nullopt;
  const auto number = parse_number(std::string_view(word).substr(0, slash));
  const auto count = parse_number(std::string_view(word).substr(slash + 1));
  if (!number || !count || *number > *count) return std::nullopt;
  return Shard{*number, *count};
}

std::vector<uint32_t> take_shard(const Catalog& catalog, const std::vector<uint32_t>& selected, Shard shard) {
  std::unordered_map<uint32_t, uint32_t> place;
  for (uint32_t i = 0; i < selected.size(); ++i) place.emplace(selected[i], i);
  Groups groups(selected.size());
  for (uint32_t i = 0; i < selected.size(); ++i)
    for (const uint32_t dependency : catalog.tests[selected[i]].depends_on)
      if (const auto other = place.find(dependency); other != place.end()) groups.join(i, other->second);

  std::map<uint32_t, std::vector<uint32_t>> members;
  for (uint32_t i = 0; i < selected.size(); ++i) members[groups.find(i)].push_back(i);
  std::vector<const std::vector<uint32_t>*> by_size;
  for (const auto& [first, group] : members) by_size.push_back(&group);
  std::stable_sort(by_size.begin(), by_size.end(), [](auto a, auto b) { return a->size() > b->size(); });

  std::set<std::pair<size_t, uint32_t>> loads;  // tests so far, shard
  for (uint32_t number = 1; number <= shard.count; ++number) loads.emplace(0, number);
  std::vector<uint32_t> taken;
  for (const auto* group : by_size) {
    const auto [load, number] = *loads.begin();
    loads.erase(loads.begin());
    loads.emplace(load + group->size(), number);
    if (number == shard.number) taken.insert(taken.end(), group->begin(), group->end());
  }
  std::sort(taken.begin(), taken.end());
  for (uint32_t& test : taken) test = selected[test];
  return taken;
}

}  // namespace e2e::host
