#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "registry.hpp"

namespace e2e::detail {

/// Tests by their id. Made by each worker process, of which one may run a single test of thousands: so a hash
/// table, where sorting them would take most of the time that a small test does.
class TestIndex {
 public:
  /// The tests are borrowed.
  explicit TestIndex(const TestList& tests);
  /// The first test of that id ("module::name"), or null.
  const TestEntry* find(std::string_view id) const;
  /// Tests that have the id of one before them, in order, each behind that one.
  const std::vector<std::pair<const TestEntry*, const TestEntry*>>& twins() const { return twins_; }

 private:
  struct Place {
    std::uint32_t hash = 0;
    const TestEntry* test = nullptr;
  };
  /// Where the test of that id is, or would be.
  template <class IsIt>
  std::size_t place_of(std::uint32_t hash, IsIt is_it) const;

  std::vector<Place> places_;  // a power of two, at most half of it taken
  std::vector<std::pair<const TestEntry*, const TestEntry*>> twins_;
};

}  // namespace e2e::detail
