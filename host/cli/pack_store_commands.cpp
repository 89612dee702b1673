// What installs packs, and says whose.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/pack_text.hpp"
#include "cli/prepare.hpp"
#include "config/load_config.hpp"
#include "config/locate_config.hpp"
#include "pack/archive.hpp"
#include "pack/lock_file.hpp"
#include "pack/pack_store.hpp"
#include "pack/signature.hpp"
#include "pack/trust.hpp"
#include "pack/unpack.hpp"
#include "scaffold/new_files.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostTestsBytes = 8 << 20;

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

template <class Work>
auto about(const std::string& what, const Work& work) {
  try {
    return work();
  } catch (const PackError& error) {
    throw Fatal(ExitCode::infrastructure, what.empty()
                                              ? fmt::format("error: {}", error.what())
                                              : fmt::format("error: {}: {}", printable(what), error.what()));
  }
}

PackStore user_store() {
  return about("", [] { return PackStore(PackStore::default_folder(), read_trust(trust_file())); });
}

PackView view_of(const InstalledPack& pack) {
  std::string tests;
  try {
    tests = read_small_file(pack.folder / "tests.json", kMostTestsBytes, false);
  } catch (const PackError&) {  // says nothing of its tests
  }
  return {pack.head, pack.folder.string(), pack.origin, count_tests(tests)};
}

/// What e2e.lock of the project names. Throws Fatal where it is not there.
std::vector<std::string> locked_digests(const Options& options) {
  const ConfigSources sources = sources_of(options);
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  const auto lock =
      about("", [&] { return location ? read_lock(location->project / lock_name) : std::nullopt; });
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
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd)
      throw Fatal(ExitCode::infrastructure, fmt::format("error: {}: can't be read: {}",
                                                        printable(file.string()), std::strerror(errno)));
    const InstallResult result =
        about(file.string(), [&] { return store.install(fd.get(), fs::absolute(file).string(), how); });
    add_pack_json(json, view_of(result.pack));
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

std::string key_text(const std::string& given) {
  std::error_code error;
  if (!fs::is_regular_file(given, error)) return given;
  return read_small_file(fs::absolute(given), 4096, true);
}

}  // namespace

ExitCode pack_install_command(const Options& options) { return install(options, false); }
ExitCode pack_upgrade_command(const Options& options) { return install(options, true); }

ExitCode pack_list_command(const Options& options) {
  std::vector<std::string> problems;
  const auto packs = about("", [&] { return user_store().list(problems); });
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& pack : packs) {
    text += pack_line(view_of(pack));
    add_pack_json(json, view_of(pack));
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  if (packs.empty() && problems.empty() && !options.json) fmt::print(stderr, "no packs are installed\n");
  for (const auto& problem : problems) fmt::print(stderr, "warning: {}\n", problem);
  return problems.empty() ? ExitCode::ok : ExitCode::infrastructure;
}

ExitCode pack_show_command(const Options& options) {
  const PackStore store = user_store();
  const HostPlatform platform = HostPlatform::current();
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& name : options.pack.names) {
    const InstalledPack pack = about("", [&] { return store.find(name); });
    text += pack_text(view_of(pack), platform);
    add_pack_json(json, view_of(pack));
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

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
    text += pack_line(view_of(pack));
    add_pack_json(json, view_of(pack));
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
    const InstalledPack pack = about("", [&] { return store.find(name); });
    about(name, [&] { store.remove(pack); });
    add_pack_json(json, {pack.head, pack.folder.string(), pack.origin, {}});
    if (!options.json)
      print(fmt::format("{} {}: removed\n", pack.head.manifest.id, pack.head.manifest.version));
  }
  if (options.json) print(json.end_array().take() + "\n");
  return ExitCode::ok;
}

ExitCode trust_add_command(const Options& options) {
  const fs::path file = about("", trust_file);
  auto keys = about("", [&] { return read_trust(file); });
  const std::string key =
      about(options.pack.public_key, [&] { return read_public_key(key_text(options.pack.public_key)); });
  const std::string id = key_id_of(key);
  if (const TrustedKey* known = find_key(keys, id); known && known->publisher != options.pack.publisher)
    throw Fatal(
        ExitCode::usage,
        fmt::format("error: key {} is trusted as {}'s already\nhint: `e2e-host trust remove {} {}` first", id,
                    known->publisher, known->publisher, id));
  const TrustedKey added{options.pack.publisher, key};
  if (std::find(keys.begin(), keys.end(), added) == keys.end()) keys.push_back(added);
  about("", [&] { write_trust(file, keys); });
  if (options.json) {
    JsonText json;
    json.begin_object().member("publisher", added.publisher).member("key", id).end_object();
    print(json.take() + "\n");
  } else {
    print(fmt::format("packs by {} that are signed with key {} may be installed\n", added.publisher, id));
  }
  return ExitCode::ok;
}

ExitCode trust_list_command(const Options& options) {
  const auto keys = about("", [] { return read_trust(trust_file()); });
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& key : keys) {
    const std::string id = key_id_of(key.public_key), shown = public_key_text(key.public_key);
    text += fmt::format("{}   {}   {}\n", key.publisher, id, shown);
    json.begin_object()
        .member("publisher", key.publisher)
        .member("key", id)
        .member("public_key", shown)
        .end_object();
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  if (keys.empty() && !options.json) fmt::print(stderr, "no keys are trusted\n");
  return ExitCode::ok;
}

ExitCode trust_remove_command(const Options& options) {
  const fs::path file = about("", trust_file);
  auto keys = about("", [&] { return read_trust(file); });
  JsonText json;
  json.begin_array();
  std::string text;
  std::erase_if(keys, [&](const TrustedKey& key) {
    const std::string id = key_id_of(key.public_key);
    if (key.publisher != options.pack.publisher ||
        (!options.pack.key_id.empty() && id != options.pack.key_id))
      return false;
    json.begin_object().member("publisher", key.publisher).member("key", id).end_object();
    text += fmt::format("key {} is trusted no more\n", id);
    return true;
  });
  if (text.empty())
    throw Fatal(ExitCode::usage,
                fmt::format("error: no {} of {} is trusted\nhint: `e2e-host trust list` shows which are",
                            options.pack.key_id.empty() ? "key" : "such key", options.pack.publisher));
  about("", [&] { write_trust(file, keys); });
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

}  // namespace e2e::host
