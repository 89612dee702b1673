#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "discovery/host_platform.hpp"
#include "pack/manifest.hpp"
#include "pack/signature.hpp"

namespace e2e::host {

/// A file that goes into a pack.
struct PackSource {
  std::string path;            ///< in the pack, without pack_path_problem()
  std::filesystem::path file;  ///< empty: `text` is its content
  std::string text;
};

/// What a pack is made of.
struct PackPlan {
  std::string id, version, publisher;          ///< each without pack_word_problem()
  std::vector<std::filesystem::path> plugins;  ///< become lib/NAME
  std::vector<PackSource> others;              ///< data, LICENSE, tests.json
  std::vector<std::string> variables;          ///< that the tests need
};

/// Looks at the plugins, without running any of their code, and says what the manifest says. Throws
/// PackError: a file that is no plugin or can't be loaded here, plugins for different machines, two of one
/// name or id and service.
Manifest plan_manifest(const PackPlan& plan, const HostPlatform& platform);

/// Writes the pack to the descriptor of an empty file. With a key it is signed. Returns the manifest that it
/// has. Throws PackError, as where a file has changed since plan_manifest().
Manifest write_pack(int fd, const PackPlan& plan, Manifest manifest, const SigningKey* key);

/// Writes the pack of `from` to `to`, signed with that key in place of any other, having checked all of it.
/// Throws PackError.
Manifest sign_pack(int from, int to, const SigningKey& key);

}  // namespace e2e::host
