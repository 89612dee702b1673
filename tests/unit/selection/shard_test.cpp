#include "selection/shard.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Indices = std::vector<uint32_t>;

Catalog chain_of(const std::vector<std::vector<uint32_t>>& depends_on) {
  Catalog catalog;
  for (const auto& dependencies : depends_on) {
    CatalogTest test;
    test.depends_on = dependencies;
    catalog.tests.push_back(test);
  }
  return catalog;
}

Indices all_of(const Catalog& catalog) {
  Indices all(catalog.tests.size());
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

}  // namespace

TEST_CASE("ShardIsANumberOfANumber", "[shard]") {
  REQUIRE(parse_shard("2/5"));
  CHECK(parse_shard("2/5")->number == 2);
  CHECK(parse_shard("2/5")->count == 5);
  CHECK(parse_shard("10000/10000"));
  for (const char* word : {"", "/", "1", "0/2", "3/2", "1/0", "1/10001", "1/2/3", "-1/2", "1 /2", "a/b"})
    CHECK_FALSE(parse_shard(word));
}

TEST_CASE("ShardsAreBalancedAndKeepDependenciesTogether", "[shard]") {
  const Catalog catalog = chain_of({{}, {0}, {1}, {}, {}, {}, {3}});
  const Indices all = all_of(catalog);
  CHECK(take_shard(catalog, all, {1, 1}) == all);
  CHECK(take_shard(catalog, all, {1, 2}) == Indices{0, 1, 2, 5});
  CHECK(take_shard(catalog, all, {2, 2}) == Indices{3, 4, 6});
  CHECK(take_shard(catalog, all, {5, 5}).empty());
  // What is not selected ties nothing together.
  CHECK(take_shard(catalog, {0, 2}, {1, 2}) == Indices{0});
  CHECK(take_shard(catalog, {}, {1, 2}).empty());
}

TEST_CASE("ShardsOfAnyPlanAreDisjointAndComplete", "[shard]") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<uint32_t>> depends_on(random() % 60);
    for (uint32_t test = 1; test < depends_on.size(); ++test)
      if (random() % 3 == 0) depends_on[test] = {static_cast<uint32_t>(random() % test)};
    const Catalog catalog = chain_of(depends_on);
    const uint32_t count = 1 + random() % 8;
    std::vector<uint32_t> shard_of(depends_on.size(), 0);
    for (uint32_t number = 1; number <= count; ++number)
      for (const uint32_t test : take_shard(catalog, all_of(catalog), {number, count})) {
        CHECK(shard_of[test] == 0);
        shard_of[test] = number;
      }
    CHECK(std::count(shard_of.begin(), shard_of.end(), 0u) == 0);
    for (uint32_t test = 0; test < depends_on.size(); ++test)
      for (const uint32_t dependency : depends_on[test]) CHECK(shard_of[test] == shard_of[dependency]);
  }
}
