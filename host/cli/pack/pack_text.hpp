#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/json_text.hpp"
#include "discovery/host_platform.hpp"
#include "pack/pack_store.hpp"
#include "pack/read_pack.hpp"

namespace e2e::host {

/// What is shown of a pack.
struct PackView {
  const PackHead& head;
  std::string where;                      ///< its file or folder
  std::string origin;                     ///< of an installed one: the file that it came from
  std::map<std::string, uint64_t> tests;  ///< how many of each service, where it says so
};

/// As JSON and the journal name it: "unsigned", "unknown", "trusted".
const char* to_string(Vouched vouched) noexcept;

/// The list of tests that a pack may have, and how large it may be.
inline constexpr const char* tests_name = "tests.json";
inline constexpr size_t max_tests_bytes = 8 << 20;

/// How many tests of each service the text of a tests.json has; empty where it is none. Never throws: it
/// comes with the pack.
std::map<std::string, uint64_t> count_tests(const std::string& tests_json);

/// Of an installed one.
PackView view_of_installed(const InstalledPack& pack);

/// Several lines for people.
std::string pack_text(const PackView& view, const HostPlatform& platform);
/// "shop-tests 1.2.0   by shop, signed   2 plugins   28 tests"
std::string pack_line(const PackView& view);
/// One JSON object.
void add_pack_json(JsonText& json, const PackView& view);

/// Why this machine can't run the pack; a sentence each, empty: it can.
std::vector<std::string> pack_obstacles(const Manifest& manifest, const HostPlatform& platform);

}  // namespace e2e::host
