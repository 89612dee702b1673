#include "pack/build_pack.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <variant>

#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "discovery/elf_file.hpp"
#include "discovery/plugin_file.hpp"
#include "pack/archive.hpp"
#include "pack/pack_path.hpp"
#include "pack/read_pack.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// Calls `take` with the file's bytes, in pieces; the file must not be larger than a pack's may be.
template <class Take>
uint64_t read_file(const fs::path& file, const Take& take) {
  const auto fail = [&](const std::string& what) -> PackError {
    return PackError(fmt::format("{}: {}", printable(file.string()), what));
  };
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    throw fail(fmt::format("can't be read: {}", std::strerror(errno)));
  if (!S_ISREG(status.st_mode)) throw fail("is no regular file");
  if (static_cast<uint64_t>(status.st_size) > ArchiveLimits().file_bytes)
    throw fail("is larger than 512 MiB");
  std::array<char, 64 * 1024> block;
  uint64_t size = 0;
  for (;;) {
    const ssize_t count = ::read(fd.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw fail(fmt::format("can't be read: {}", std::strerror(errno)));
    if (count == 0) return size;
    size += static_cast<uint64_t>(count);
    take(std::string_view(block.data(), static_cast<size_t>(count)));
  }
}

std::string pack_name_of(const fs::path& plugin) { return "lib/" + plugin.filename().string(); }

/// All that goes in, by path in the pack.
std::map<std::string, PackSource> sources_of(const PackPlan& plan) {
  std::map<std::string, PackSource> sources;
  const auto add = [&](PackSource source) {
    if (const std::string problem = pack_path_problem(source.path); !problem.empty())
      throw PackError(fmt::format("the path '{}' {}", printable(source.path), problem));
    std::string path = source.path;
    if (!sources.emplace(path, std::move(source)).second)
      throw PackError(fmt::format("{} would be there twice", printable(path)));
  };
  for (const auto& plugin : plan.plugins) add({pack_name_of(plugin), plugin, {}});
  for (const auto& other : plan.others) add(other);
  return sources;
}

PackFile listed(const PackSource& source, bool is_plugin) {
  PackFile file{source.path, source.text.size(), is_plugin ? 0755u : 0644u, {}};
  Sha256 hash;
  if (source.file.empty())
    hash.add(source.text);
  else
    file.size = read_file(source.file, [&](std::string_view bytes) { hash.add(bytes); });
  file.sha256 = hash.digits();
  return file;
}

ElfFile elf_of(const fs::path& file) {
  std::string bytes;
  read_file(file, [&](std::string_view piece) { bytes += piece; });
  auto elf = read_elf(SpanBytes(std::as_bytes(std::span(bytes))));
  if (const auto* error = std::get_if<ElfError>(&elf))
    throw PackError(fmt::format("{}: {}", printable(file.string()), error->sentence));
  return std::get<ElfFile>(std::move(elf));
}

/// What the plugins' files say of platform and libraries.
void add_needs(const PackPlan& plan, Manifest& manifest) {
  std::optional<GlibcVersion> glibc;
  std::set<std::string> own, libraries;
  for (const auto& plugin : plan.plugins) own.insert(plugin.filename().string());
  for (const auto& plugin : plan.plugins) {
    const ElfFile elf = elf_of(plugin);
    const std::string arch = platform_name(elf.identity);
    if (!manifest.arch.empty() && manifest.arch != arch)
      throw PackError(fmt::format("{}: built for {}, where others are for {}: a pack is for one",
                                  printable(plugin.string()), arch, manifest.arch));
    manifest.arch = arch;
    for (const auto& need : elf.version_needs) {
      constexpr std::string_view prefix = "GLIBC_";
      if (!need.version.starts_with(prefix)) continue;
      const auto version = parse_glibc_version(std::string_view(need.version).substr(prefix.size()));
      if (version && (!glibc || *glibc < *version)) glibc = version;
    }
    for (const auto& library : elf.needed)
      if (!own.contains(library)) libraries.insert(library);
  }
  if (glibc) manifest.glibc = glibc->text();
  manifest.libraries.assign(libraries.begin(), libraries.end());
}

void add_plugins(const PackPlan& plan, const HostPlatform& platform, Manifest& manifest) {
  AbiVersion abi;
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& path : plan.plugins) {
    const auto result = read_plugin_file(path, platform);
    if (const auto* refusal = std::get_if<Refusal>(&result)) throw PackError(refusal->sentence);
    if (const auto* stranger = std::get_if<NotAPlugin>(&result)) throw PackError(stranger->sentence);
    const PluginNote& note = std::get<PluginFile>(result).note;
    if (!known.emplace(note.id, note.service).second)
      throw PackError(fmt::format("{}: there are two plugins '{}' for the service '{}'",
                                  printable(path.string()), note.id, note.service));
    abi = std::max(abi, note.abi);
    manifest.plugins.push_back({pack_name_of(path), note.id, note.service, note.version,
                                note.cxx + (note.stdlib.empty() ? "" : ", " + note.stdlib)});
  }
  std::sort(manifest.plugins.begin(), manifest.plugins.end(),
            [](const PackedPlugin& a, const PackedPlugin& b) { return a.file < b.file; });
  manifest.abi = abi.text();
}

/// Copies a pack's files behind a new head.
class Copy : public PackSink {
 public:
  Copy(ArchiveWriter& writer, const SigningKey& key) : writer_(writer), key_(key) {}
  void begin(const PackHead& head) override {
    Manifest manifest = head.manifest;
    manifest.key_id = key_id_of(key_.public_key);
    const std::string text = write_manifest(manifest);
    const std::string signature = sign_manifest(text, key_);
    writer_.add({std::string(manifest_name), text.size(), 0644}, text);
    writer_.add({std::string(signature_name), signature.size(), 0644}, signature);
    manifest_ = std::move(manifest);
  }
  void begin_file(const PackFile& file) override { writer_.begin({file.path, file.size, file.mode}); }
  void write(std::string_view bytes) override { writer_.write(bytes); }
  void end_file() override {}
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }

 private:
  ArchiveWriter& writer_;
  const SigningKey& key_;
  Manifest manifest_;
};

}  // namespace

Manifest plan_manifest(const PackPlan& plan, const HostPlatform& platform) {
  if (plan.plugins.empty()) throw PackError("a pack needs a plugin");
  Manifest manifest;
  manifest.id = plan.id;
  manifest.version = plan.version;
  manifest.publisher = plan.publisher;
  manifest.variables = plan.variables;
  add_plugins(plan, platform, manifest);
  add_needs(plan, manifest);
  for (const auto& [path, source] : sources_of(plan))
    manifest.files.push_back(listed(source, path.starts_with("lib/")));
  // What it writes it can read.
  read_manifest(write_manifest(manifest));
  return manifest;
}

Manifest write_pack(int fd, const PackPlan& plan, Manifest manifest, const SigningKey* key) {
  if (key) manifest.key_id = key_id_of(key->public_key);
  const std::string text = write_manifest(manifest);
  const auto sources = sources_of(plan);
  ArchiveWriter writer(fd);
  writer.add({std::string(manifest_name), text.size(), 0644}, text);
  if (key) {
    const std::string signature = sign_manifest(text, *key);
    writer.add({std::string(signature_name), signature.size(), 0644}, signature);
  }
  for (const auto& file : manifest.files) {
    const PackSource& source = sources.at(file.path);
    writer.begin({file.path, file.size, file.mode});
    Sha256 hash;
    const auto take = [&](std::string_view bytes) {
      hash.add(bytes);
      writer.write(bytes);
    };
    if (source.file.empty())
      take(source.text);
    else
      read_file(source.file, take);
    if (hash.digits() != file.sha256)
      throw PackError(fmt::format("{}: was changed meanwhile", printable(source.file.string())));
  }
  writer.close();
  return manifest;
}

Manifest sign_pack(int from, int to, const SigningKey& key) {
  ArchiveWriter writer(to);
  Copy copy(writer, key);
  read_pack(from, {}, &copy);
  writer.close();
  return copy.manifest();
}

}  // namespace e2e::host
