#include "discovery/host_platform.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <charconv>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>

#include "e2e/abi.h"

#if defined(__has_feature)
#define E2E_HOST_HAS_FEATURE(name) __has_feature(name)
#else
#define E2E_HOST_HAS_FEATURE(name) 0
#endif

namespace e2e::host {
namespace {

std::vector<std::string> own_sanitizers() {
  std::vector<std::string> names;
#if defined(__SANITIZE_ADDRESS__) || E2E_HOST_HAS_FEATURE(address_sanitizer)
  names.emplace_back("address");
#endif
#if defined(__SANITIZE_THREAD__) || E2E_HOST_HAS_FEATURE(thread_sanitizer)
  names.emplace_back("thread");
#endif
#if E2E_HOST_HAS_FEATURE(memory_sanitizer)
  names.emplace_back("memory");
#endif
  return names;
}

std::optional<std::vector<std::string>> versions_defined_by(const std::filesystem::path& path) {
  const auto file = FileBytes::open(path);
  if (!std::holds_alternative<FileBytes>(file)) return std::nullopt;
  auto read = read_elf(std::get<FileBytes>(file));
  auto* library = std::get_if<ElfFile>(&read);
  // The loader, too, lets a library without versions stand in for one that has them.
  if (!library || library->defined_versions.empty()) return std::nullopt;
  return std::move(library->defined_versions);
}

struct KnownVersions {
  std::mutex mutex;
  std::map<std::filesystem::path, std::optional<std::vector<std::string>>> by_path;
};

}  // namespace

std::string GlibcVersion::text() const { return fmt::format("{}.{}", major, minor); }

std::optional<GlibcVersion> parse_glibc_version(std::string_view text) {
  const char* const end = text.data() + text.size();
  GlibcVersion version;
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc() || (minor.ptr != end && *minor.ptr != '.')) return std::nullopt;
  return version;
}

HostPlatform HostPlatform::current() {
  HostPlatform platform;
  const auto places = std::make_shared<const LibraryPlaces>(current_library_places());
  platform.identity = {true, true, places->machine, ET_DYN};
  platform.glibc = parse_glibc_version(gnu_get_libc_version());
  platform.abi = {E2E_ABI_MAJOR, E2E_ABI_MINOR};
  platform.sanitizers = own_sanitizers();
  platform.find_library = [places](const LibraryQuery& query) { return host::find_library(*places, query); };
  // Plugins mostly need the same libraries: each is read once.
  platform.library_versions = [known = std::make_shared<KnownVersions>()](const std::filesystem::path& path) {
    const std::lock_guard lock(known->mutex);
    const auto found = known->by_path.find(path);
    return found != known->by_path.end()
               ? found->second
               : known->by_path.emplace(path, versions_defined_by(path)).first->second;
  };
  return platform;
}

}  // namespace e2e::host
