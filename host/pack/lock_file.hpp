#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A pack that a project has settled on.
struct LockedPack {
  std::string name;  ///< as e2e.conf lists it: "shop-tests", "shop-tests@1.2.0"
  std::string version;
  std::string digest;  ///< of its manifest, which names each of its files
  std::string publisher;
  std::string key_id;  ///< that it was signed with; empty: with none
  std::string origin;  ///< the name of the file that it was installed from; for people

  bool operator==(const LockedPack&) const = default;
};

inline constexpr std::string_view lock_name = "e2e.lock";

/// What e2e.lock says; nullopt where it is not there. Throws PackError with all that is wrong, by line.
std::optional<std::vector<LockedPack>> read_lock(const std::filesystem::path& file);

/// What such a text says. Throws PackError.
std::vector<LockedPack> parse_lock(const std::string& text);

/// Its text; the same packs always have the same.
std::string write_lock(const std::vector<LockedPack>& packs);

/// The pack of that name, or null. Borrowed from `packs`.
const LockedPack* find_locked(const std::vector<LockedPack>& packs, std::string_view name);

}  // namespace e2e::host
