// What changes which packs are installed, and which of them a project runs.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "base/unique_fd.hpp"
#include "cli/commands.hpp"
#include "cli/pack/pack_errors.hpp"
#include "cli/pack/pack_text.hpp"
#include "cli/prepare.hpp"
#include "cli/print.hpp"
#include "config/load_config.hpp"
#include "config/locate_config.hpp"
#include "pack/lock_file.hpp"
#include "pack/pack_store.hpp"
#include "scaffold/new_files.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// What e2e.lock of the project names. Throws Fatal where it is not there.
std::vector<std::string> locked_digests(const Options& options) {
  const ConfigSources sources = sources_of(options);
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  const auto lock =
      about({}, [&] { return location ? read_lock(location->project / lock_name) : std::nullopt; });
  if (!lock)
    throw Fatal(ExitCode::usage,
                "error: --frozen: there is no e2e.lock\nhint: `e2e-host pack lock` writes it");
  std::vector<std::string> digests;
  for (const auto& pack : *lock) digests.push_back(pack.digest);
  return digests;
}

ExitCode install(const Options& options, bool is_upgrade) {
  const PackStore store = user_store();
  InstallOptions how;
  how.allow_unsigned = options.pack.allow_unsigned;
  how.allow_older = options.pack.allow_older;
  how.replace_older = is_upgrade;
  how.is_frozen = options.frozen;
  if (options.frozen) how.only = locked_digests(options);
  JsonText json;
  json.begin_array();
  for (const auto& file : options.files) {
    const UniqueFd fd = open_pack_file(file);
    const InstallResult result =
        about(file.string(), [&] { return store.install(fd.get(), fs::absolute(file).string(), how); });
    add_pack_json(json, view_of_installed(result.pack));
    const Manifest& manifest = result.pack.head.manifest;
    std::string replaced;
    for (const auto& version : result.replaced)
      replaced += (replaced.empty() ? ", in place of " : ", ") + version;
    if (!options.json)
      print(fmt::format("{} {}: {}{}{}\n", manifest.id, manifest.version,
                        result.was_there ? "is installed already" : "installed",
                        result.pack.head.vouched == Vouched::trusted
                            ? fmt::format(", signed by {}", manifest.publisher)
                            : ", UNSIGNED",
                        replaced));
  }
  if (options.json) print(json.end_array().take() + "\n");
  return ExitCode::ok;
}

}  // namespace

ExitCode pack_install_command(const Options& options) { return install(options, false); }
ExitCode pack_upgrade_command(const Options& options) { return install(options, true); }

ExitCode pack_lock_command(const Options& options) {
  const Config config = load_config(sources_of(options));
  if (config.packs.empty())
    throw Fatal(ExitCode::usage, "error: e2e.conf lists no packs\nhint: plugins: {packs: [ID]}");
  // What is installed decides, not what e2e.lock has said.
  const PackStore store = user_store();
  std::vector<LockedPack> packs;
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& listing : config.packs) {
    const InstalledPack pack = about(fmt::format("{}: pack {}", listing.origin, listing.name), [&] {
      InstalledPack found = store.find(listing.name);
      store.check(found);
      return found;
    });
    const Manifest& manifest = pack.head.manifest;
    packs.push_back({listing.name, manifest.version, pack.head.digest, manifest.publisher, manifest.key_id,
                     fs::path(pack.origin).filename().string()});
    text += pack_line(view_of_installed(pack));
    add_pack_json(json, view_of_installed(pack));
  }
  const fs::path file = config.project / lock_name;
  std::error_code error;
  if (!fs::exists(file, error)) {
    FileMaker maker(config.project);
    maker.make({{std::string(lock_name), write_lock(packs)}});
    maker.keep();
  } else {
    replace_file(file, write_lock(packs));
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

ExitCode pack_remove_command(const Options& options) {
  const PackStore store = user_store();
  JsonText json;
  json.begin_array();
  for (const auto& name : options.pack.names) {
    const InstalledPack pack = about({}, [&] { return store.find(name); });
    about(name, [&] { store.remove(pack); });
    add_pack_json(json, {pack.head, pack.folder.string(), pack.origin, {}});
    if (!options.json)
      print(fmt::format("{} {}: removed\n", pack.head.manifest.id, pack.head.manifest.version));
  }
  if (options.json) print(json.end_array().take() + "\n");
  return ExitCode::ok;
}

}  // namespace e2e::host
