#include "cli/pack/project_packs.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <vector>

#include "base/fatal.hpp"
#include "base/utf8.hpp"
#include "cli/pack/pack_text.hpp"
#include "discovery/host_platform.hpp"
#include "pack/archive.hpp"
#include "pack/lock_file.hpp"
#include "pack/pack_store.hpp"
#include "pack/trust.hpp"

namespace e2e::host {
namespace {

/// A pack that e2e.conf lists, as it is installed.
struct ProjectPack {
  PackListing listing;
  InstalledPack pack;
};

void throw_if_any(ExitCode code, const std::vector<std::string>& problems) {
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "error: " : "\nerror: ") + problem;
  if (!text.empty()) throw Fatal(code, text);
}

/// The pack of a listing. Throws PackError.
InstalledPack resolve(const PackStore& store, const PackListing& listing,
                      const std::optional<std::vector<LockedPack>>& lock, bool is_frozen) {
  const LockedPack* locked = lock ? find_locked(*lock, listing.name) : nullptr;
  if (!locked) {
    if (is_frozen)
      throw PackError(fmt::format(
          "e2e.lock does not name it, and --frozen takes nothing else; `e2e-host pack lock` adds it"));
    return store.find(listing.name);
  }
  try {
    return store.find(locked->digest);
  } catch (const PackError&) {
    throw PackError(
        fmt::format("e2e.lock wants {} (sha256:{}), which is not installed; install it{}, or let `e2e-host "
                    "pack lock` take "
                    "what is",
                    printable(locked->version), locked->digest.substr(0, 12),
                    locked->origin.empty() ? "" : fmt::format(" (it was {})", printable(locked->origin))));
  }
}

std::vector<ProjectPack> find_project_packs(const Config& config, bool is_frozen) {
  std::vector<ProjectPack> packs;
  if (config.packs.empty()) return packs;
  std::vector<std::string> problems;
  try {
    const PackStore store(PackStore::default_folder(), read_trust(trust_file()));
    const auto lock = read_lock(config.project / lock_name);
    const HostPlatform platform = HostPlatform::current();
    for (const auto& listing : config.packs) {
      try {
        ProjectPack pack{listing, resolve(store, listing, lock, is_frozen)};
        if (is_frozen && pack.pack.head.vouched != Vouched::trusted)
          throw PackError("nobody trusted has signed it, and --frozen takes no such pack");
        for (const auto& obstacle : pack_obstacles(pack.pack.head.manifest, platform))
          throw PackError(obstacle);
        store.check(pack.pack);
        packs.push_back(std::move(pack));
      } catch (const PackError& error) {
        problems.push_back(
            fmt::format("{}: pack {}: {}", printable(listing.origin), listing.name, error.what()));
      }
    }
  } catch (const PackError& error) {
    problems.push_back(error.what());
  }
  throw_if_any(ExitCode::infrastructure, problems);
  return packs;
}

/// What the pack needs of the project and its environment, and they do not have.
void add_lacks(const Config& config, const PackListing& listing, const Manifest& manifest,
               std::vector<std::string>& problems) {
  const std::string pack = fmt::format("{}: pack {}", printable(listing.origin), listing.name);
  for (const auto& variable : manifest.variables)
    if (!std::getenv(variable.c_str()))
      problems.push_back(
          fmt::format("{} needs the environment variable '{}', which is not set\nhint: export {}=VALUE", pack,
                      printable(variable), printable(variable)));
  std::set<std::string> services;
  for (const auto& plugin : manifest.plugins)
    if (plugin.service != "*" && !config.service(plugin.service) && services.insert(plugin.service).second)
      problems.push_back(
          fmt::format("{} tests the service '{}', which the configuration does not have\nhint: add to "
                      "e2e.conf: services: {{{}: "
                      "{{base_url: \"http://127.0.0.1:8080\"}}}}",
                      pack, plugin.service, plugin.service));
}

}  // namespace

std::vector<RunPack> add_project_packs(Config& config, bool is_frozen) {
  std::vector<std::string> problems;
  std::vector<RunPack> packs;
  for (const auto& [listing, pack] : find_project_packs(config, is_frozen)) {
    const Manifest& manifest = pack.head.manifest;
    add_lacks(config, listing, manifest, problems);
    packs.push_back(
        {manifest.id, manifest.version, manifest.publisher, to_string(pack.head.vouched), pack.head.digest});
    for (const auto& plugin : manifest.plugins) config.plugin_paths.push_back(pack.folder / plugin.file);
    if (pack.head.vouched != Vouched::trusted)
      fmt::print(stderr, "note: pack {} {} is {}\n", manifest.id, manifest.version,
                 pack.head.vouched == Vouched::unsigned_ ? "not signed" : "signed by nobody who is trusted");
  }
  throw_if_any(ExitCode::usage, problems);
  return packs;
}

}  // namespace e2e::host
