#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pack/read_pack.hpp"

namespace e2e::host {

/// A pack in the store.
struct InstalledPack {
  std::filesystem::path folder;  ///< holds its files, manifest.yaml and manifest.sig; read-only
  PackHead head;                 ///< judged by the keys that are trusted now
  std::string origin;            ///< the file that it was installed from
};

/// What an installation did.
struct InstallResult {
  InstalledPack pack;
  bool was_there = false;             ///< it was installed already, and whole
  std::vector<std::string> replaced;  ///< versions that an upgrade took away
};

/// How to install.
struct InstallOptions {
  bool allow_unsigned = false;    ///< also a pack that nobody trusted has signed
  bool allow_older = false;       ///< also one that is older than one of that id which is installed
  bool replace_older = false;     ///< upgrade: takes older ones of that id away
  bool is_frozen = false;         ///< only a pack of `only`, and only if somebody trusted has signed it
  std::vector<std::string> only;  ///< digests
};

/// Packs that a user has installed: a folder for each, named by its digest. Whatever happens, a pack is there
/// whole or not at all: it is unpacked beside, checked, written to disk, and then renamed to its name.
/// Several processes may work on one store at once; what one that was killed has left goes with the next that
/// changes it.
class PackStore {
 public:
  /// $XDG_DATA_HOME/e2e/packs, else ~/.local/share/e2e/packs. Throws PackError where neither variable is set.
  static std::filesystem::path default_folder();

  /// The folder need not be there.
  PackStore(std::filesystem::path folder, std::vector<TrustedKey> trusted);

  /// Installs the pack of a regular file. Throws PackError; the store is as it was then.
  InstallResult install(int fd, const std::string& origin, const InstallOptions& options) const;

  /// All, by id and version, newest first. What is in the folder and is no pack goes to `problems`, a
  /// sentence each.
  [[nodiscard]] std::vector<InstalledPack> list(std::vector<std::string>& problems) const;

  /// The pack that `name` says, "ID" (the newest), "ID@VERSION" or a digest's beginning of 8 digits or more.
  /// Throws PackError where there is none, or several.
  [[nodiscard]] InstalledPack find(std::string_view name) const;

  /// Holds an installed pack to its manifest: each file's path, mode, size and hash, none more. Throws
  /// PackError.
  void check(const InstalledPack& pack) const;

  /// Takes it away. Throws PackError.
  void remove(const InstalledPack& pack) const;

 private:
  [[nodiscard]] InstalledPack read(const std::filesystem::path& folder) const;

  std::filesystem::path folder_;
  std::vector<TrustedKey> trusted_;
};

}  // namespace e2e::host
