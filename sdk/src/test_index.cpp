#include "test_index.hpp"

namespace e2e::detail {

namespace {

/// FNV-1a of the texts one after the other.
std::uint32_t hash_of(std::initializer_list<std::string_view> texts) {
  std::uint32_t hash = 0x811c9dc5;
  for (const std::string_view text : texts)
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash;
}

constexpr std::string_view colons = "::";

/// Neither module nor name need be without "::".
bool has_id(const TestEntry& test, std::string_view id) {
  const std::size_t module = test.module.size();
  return id.size() == module + colons.size() + test.name.size() && id.substr(0, module) == test.module &&
         id.substr(module, colons.size()) == colons && id.substr(module + colons.size()) == test.name;
}

}  // namespace

template <class IsIt>
std::size_t TestIndex::place_of(std::uint32_t hash, IsIt is_it) const {
  std::size_t at = hash & (places_.size() - 1);
  while (places_[at].test != nullptr && !(places_[at].hash == hash && is_it(*places_[at].test)))
    at = (at + 1) & (places_.size() - 1);
  return at;
}

TestIndex::TestIndex(const TestList& tests) {
  std::size_t size = 2;
  while (size < 2 * tests.size()) size *= 2;
  places_.resize(size);
  for (const TestEntry* test : tests) {
    const std::uint32_t hash = hash_of({test->module, colons, test->name});
    Place& place = places_[place_of(hash, [test](const TestEntry& other) {
      return test->module.size() == other.module.size() && test->module == other.module &&
             test->name == other.name;
    })];
    if (place.test == nullptr)
      place = {hash, test};
    else
      twins_.emplace_back(place.test, test);
  }
}

const TestEntry* TestIndex::find(std::string_view id) const {
  return places_[place_of(hash_of({id}), [id](const TestEntry& test) { return has_id(test, id); })].test;
}

}  // namespace e2e::detail
