#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/unique_fd.hpp"
#include "pack/archive.hpp"
#include "pack/pack_store.hpp"
#include "pack/trust.hpp"

// What the commands for packs and keys have in common.

namespace e2e::host {

/// Throws Fatal(infrastructure): "error: WHAT: WHY", without WHAT where it is empty.
[[noreturn]] void refuse_pack(const std::filesystem::path& what, const std::string& why);

/// Calls it; what it says of a pack or key gets that name in front.
template <class Work>
auto about(const std::filesystem::path& what, const Work& work) {
  try {
    return work();
  } catch (const PackError& error) {
    refuse_pack(what, error.what());
  }
}

/// Opens it for reading. Throws Fatal(infrastructure).
UniqueFd open_pack_file(const std::filesystem::path& file);

/// The keys that this user trusts. Throws Fatal(infrastructure).
std::vector<TrustedKey> trusted_keys();

/// This user's packs, judged by these keys. Throws Fatal(infrastructure).
PackStore user_store();

}  // namespace e2e::host
