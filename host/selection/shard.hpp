#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discovery/catalog.hpp"

namespace e2e::host {

/// One of several runs that share the tests between them.
struct Shard {
  uint32_t number = 1;  ///< 1 to count
  uint32_t count = 1;
};

/// "2/5" as a shard; nullopt if it is none. At most 10000 of them.
std::optional<Shard> parse_shard(const std::string& word);

/// Those of `selected` that are the shard's, in their order. Tests that depend on each other, directly or
/// through others, stay together; each such group goes whole to the shard that has fewest tests so far, large
/// groups first. The same tests give the same shards on any machine; the shards of one selection have no test
/// in common, and together all of it.
std::vector<uint32_t> take_shard(const Catalog& catalog, const std::vector<uint32_t>& selected, Shard shard);

}  // namespace e2e::host
