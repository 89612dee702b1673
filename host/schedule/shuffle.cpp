#include "schedule/shuffle.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace e2e::host {

std::vector<uint32_t> shuffled_places(uint32_t count, uint64_t seed) {
  std::vector<uint32_t> places(count);
  std::iota(places.begin(), places.end(), 0u);
  // Not std::shuffle: what that makes of the generator's numbers is each library's own affair.
  std::mt19937_64 random(seed);
  for (uint32_t left = count; left > 1; --left) std::swap(places[left - 1], places[random() % left]);
  return places;
}

}  // namespace e2e::host
