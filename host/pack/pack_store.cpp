#include "pack/pack_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <system_error>

#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "pack/archive.hpp"
#include "pack/manifest.hpp"
#include "pack/pack_path.hpp"
#include "pack/unpack.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// What an installation that is under way, or a removal, is called; a dot in front: no pack.
constexpr std::string_view kNewPrefix = ".new-";
constexpr std::string_view kOldPrefix = ".old-";
constexpr const char* kOriginName = ".origin";
constexpr size_t kLeastDigestDigits = 8;

[[noreturn]] void fail(const fs::path& path, int number) {
  throw PackError(fmt::format("{}: {}", printable(path.string()), std::strerror(number)));
}

/// Deletes a folder whose folders may be read-only.
void delete_tree(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_directory(error) && !entry->is_symlink(error))
      fs::permissions(entry->path(), fs::perms::owner_all, error);
  fs::permissions(folder, fs::perms::owner_all, error);
  fs::remove_all(folder, error);
}

/// The store, held by this process alone until the end of this object's life.
class Lock {
 public:
  explicit Lock(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail(folder, error.value());
    fd_.reset(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd_) fail(folder / ".lock", errno);
    while (::flock(fd_.get(), LOCK_EX) != 0)
      if (errno != EINTR) fail(folder / ".lock", errno);
    // Nobody else is at work: what is unfinished never will be.
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(kNewPrefix) || name.starts_with(kOldPrefix)) delete_tree(entry.path());
    }
  }

 private:
  UniqueFd fd_;
};

void sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) fail(folder, errno);
}

std::string name_of(const Manifest& manifest) { return fmt::format("{} {}", manifest.id, manifest.version); }

void check_vouched(const PackHead& head, const InstallOptions& options) {
  if (options.is_frozen &&
      std::find(options.only.begin(), options.only.end(), head.digest) == options.only.end())
    throw PackError(fmt::format("e2e.lock does not name {} (sha256:{}), and --frozen installs nothing else",
                                name_of(head.manifest), head.digest.substr(0, 12)));
  if (options.is_frozen && head.vouched != Vouched::trusted)
    throw PackError("nobody trusted has signed it, and --frozen installs no such pack");
  if (head.vouched == Vouched::trusted || options.allow_unsigned) return;
  if (head.vouched == Vouched::unsigned_)
    throw PackError("nobody has signed it; --allow-unsigned installs it all the same");
  throw PackError(fmt::format(
      "it is signed with key {}, which is not trusted: `e2e-host trust add {} KEY` trusts it, once you know "
      "from {} that this key is theirs",
      head.manifest.key_id, head.manifest.publisher, head.manifest.publisher));
}

/// Holds what is to be installed against what is.
void check_against(const std::vector<InstalledPack>& installed, const PackHead& head,
                   const InstallOptions& options) {
  for (const auto& other : installed) {
    const Manifest& theirs = other.head.manifest;
    if (theirs.id != head.manifest.id || other.head.digest == head.digest) continue;
    if (theirs.publisher != head.manifest.publisher)
      throw PackError(
          fmt::format("a pack '{}' by {} is installed, and this one is by {}; remove that one first",
                      theirs.id, theirs.publisher, head.manifest.publisher));
    const int order = compare_versions(head.manifest.version, theirs.version);
    if (order == 0)
      throw PackError(fmt::format(
          "another {} is installed: two packs of one version have different content; remove that one first",
          name_of(theirs)));
    if (order < 0 && !options.allow_older)
      throw PackError(
          fmt::format("it is {}, and the newer {} is installed; --allow-older installs it all the same",
                      name_of(head.manifest), theirs.version));
  }
}

}  // namespace

fs::path PackStore::default_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data && *data == '/') return fs::path(data) / "e2e" / "packs";
  const char* home = std::getenv("HOME");
  if (!home || *home != '/')
    throw PackError("where packs are can't be told: neither XDG_DATA_HOME nor HOME is set");
  return fs::path(home) / ".local" / "share" / "e2e" / "packs";
}

PackStore::PackStore(fs::path folder, std::vector<TrustedKey> trusted)
    : folder_(std::move(folder)), trusted_(std::move(trusted)) {}

InstallResult PackStore::install(int fd, const std::string& origin, const InstallOptions& options) const {
  const Lock lock(folder_);
  std::vector<std::string> ignored;
  const std::vector<InstalledPack> installed = list(ignored);
  std::string pattern = (folder_ / fmt::format("{}XXXXXX", kNewPrefix)).string();
  if (!::mkdtemp(pattern.data())) fail(folder_, errno);
  const fs::path temporary = pattern;
  InstallResult result;
  try {
    Unpacker unpacker(temporary, [&](const PackHead& head) {
      check_vouched(head, options);
      check_against(installed, head, options);
    });
    const PackHead head = read_pack(fd, trusted_, &unpacker);
    const fs::path folder = folder_ / head.digest;
    const auto same = std::find_if(installed.begin(), installed.end(), [&](const InstalledPack& pack) {
      return pack.head.digest == head.digest;
    });
    if (same != installed.end()) {
      try {
        check(*same);
        result.was_there = true;
      } catch (const PackError&) {
        // Damaged since: the whole one takes its place.
        const fs::path old = folder_ / fmt::format("{}{}", kOldPrefix, head.digest);
        if (::rename(folder.c_str(), old.c_str()) != 0) fail(folder, errno);
        delete_tree(old);
      }
    }
    if (!result.was_there) {
      unpacker.finish(kOriginName, origin);
      if (::rename(temporary.c_str(), folder.c_str()) != 0) fail(folder, errno);
      sync_folder(folder_);
    } else {
      delete_tree(temporary);
    }
    result.pack = read(folder);
  } catch (...) {
    delete_tree(temporary);
    throw;
  }
  if (options.replace_older)
    for (const auto& other : installed)
      if (other.head.manifest.id == result.pack.head.manifest.id &&
          other.head.digest != result.pack.head.digest &&
          compare_versions(other.head.manifest.version, result.pack.head.manifest.version) < 0) {
        const fs::path old = folder_ / fmt::format("{}{}", kOldPrefix, other.head.digest);
        if (::rename(other.folder.c_str(), old.c_str()) != 0) fail(other.folder, errno);
        delete_tree(old);
        result.replaced.push_back(other.head.manifest.version);
      }
  return result;
}

InstalledPack PackStore::read(const fs::path& folder) const {
  InstalledPack pack;
  pack.folder = folder;
  std::string manifest = read_small_file(folder / manifest_name, max_manifest_bytes, true);
  if (sha256_digits(manifest) != folder.filename().string()) throw PackError("its manifest was changed");
  pack.head =
      judge_head(std::move(manifest), read_small_file(folder / signature_name, 4096, false), trusted_);
  pack.origin = read_small_file(folder / kOriginName, 64 * 1024, false);
  return pack;
}

std::vector<InstalledPack> PackStore::list(std::vector<std::string>& problems) const {
  std::vector<InstalledPack> packs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    try {
      if (!is_digest(name)) throw PackError("is not named as a pack is");
      packs.push_back(read(entry.path()));
    } catch (const PackError& problem) {
      problems.push_back(fmt::format("{}: {}", printable(entry.path().string()), problem.what()));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) fail(folder_, error.value());
  std::sort(packs.begin(), packs.end(), [](const InstalledPack& a, const InstalledPack& b) {
    const Manifest &x = a.head.manifest, &y = b.head.manifest;
    if (x.id != y.id) return x.id < y.id;
    const int order = compare_versions(x.version, y.version);
    return order != 0 ? order > 0 : a.head.digest < b.head.digest;
  });
  return packs;
}

InstalledPack PackStore::find(std::string_view name) const {
  std::vector<std::string> problems;
  const std::vector<InstalledPack> packs = list(problems);
  const size_t at = name.find('@');
  const std::string_view id = name.substr(0, at);
  const std::string_view version = at == name.npos ? std::string_view() : name.substr(at + 1);
  std::vector<const InstalledPack*> found;
  for (const auto& pack : packs) {
    const bool is_named =
        pack.head.manifest.id == id && (at == name.npos || pack.head.manifest.version == version);
    const bool is_digest_of = name.size() >= kLeastDigestDigits && pack.head.digest.starts_with(name);
    if (is_named || is_digest_of) found.push_back(&pack);
  }
  if (found.empty()) {
    std::string known;
    for (const auto& pack : packs)
      known += fmt::format("{}{}@{}", known.empty() ? "" : ", ", pack.head.manifest.id,
                           pack.head.manifest.version);
    throw PackError(
        fmt::format("there is no pack '{}'; installed: {}", printable(name), known.empty() ? "none" : known));
  }
  // By id alone the newest, which is the first.
  return *found.front();
}

void PackStore::check(const InstalledPack& pack) const {
  std::set<std::string> expected = {std::string(manifest_name), kOriginName};
  if (!pack.head.signature_text.empty()) expected.insert(std::string(signature_name));
  for (const auto& file : pack.head.manifest.files) {
    check_unpacked(pack.folder, file);
    expected.insert(file.path);
  }
  std::error_code error;
  for (fs::recursive_directory_iterator entry(pack.folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && !entry->is_symlink(error)) continue;
    const std::string path = entry->path().lexically_relative(pack.folder).string();
    if (!expected.contains(path)) throw PackError(fmt::format("{}: is not in the manifest", printable(path)));
  }
  if (error) fail(pack.folder, error.value());
}

void PackStore::remove(const InstalledPack& pack) const {
  const Lock lock(folder_);
  const fs::path old = folder_ / fmt::format("{}{}", kOldPrefix, pack.head.digest);
  if (::rename(pack.folder.c_str(), old.c_str()) != 0) fail(pack.folder, errno);
  sync_folder(folder_);
  delete_tree(old);
}

}  // namespace e2e::host
