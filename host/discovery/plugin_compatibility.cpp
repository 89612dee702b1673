#include "discovery/plugin_compatibility.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <system_error>
#include <vector>

#include "discovery/elf_text.hpp"
#include "e2e/abi.h"

namespace e2e::host {
namespace {

using Kind = Refusal::Kind;

struct Sanitizer {
  std::string_view name;     // in the note and in HostPlatform
  std::string_view title;    // to people
  std::string_view library;  // start of the soname of its run time
};

// Those whose run time must be in the process from its start. Others, as undefined, come along with the
// plugin.
constexpr Sanitizer kSanitizers[] = {
    {"address", "AddressSanitizer", "libasan.so."},
    {"thread", "ThreadSanitizer", "libtsan.so."},
    {"memory", "MemorySanitizer", "libmsan.so."},
};

bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find_first_of(",;+ ", start), list.size());
    if (list.substr(start, end - start) == word) return true;
    start = end + 1;
  }
  return false;
}

std::optional<Refusal> check_sanitizers(const std::filesystem::path& path, const ElfFile& file,
                                        const PluginNote& note, const HostPlatform& platform) {
  for (const Sanitizer& sanitizer : kSanitizers) {
    const bool is_linked = std::any_of(file.needed.begin(), file.needed.end(), [&](const std::string& name) {
      return name.starts_with(sanitizer.library);
    });
    if (!is_linked && !has_word(note.sanitizer, sanitizer.name)) continue;
    const auto& own = platform.sanitizers;
    if (std::find(own.begin(), own.end(), sanitizer.name) != own.end()) continue;
    return refuse(
        Kind::sanitizer_mismatch, path,
        fmt::format("built with {}, this host without: build the plugin without it, or use an e2e-host "
                    "built with it",
                    sanitizer.title));
  }
  return std::nullopt;
}

std::optional<Refusal> check_entry(const std::filesystem::path& path, const ElfFile& file) {
  if (file.identity.type != ET_DYN) {
    return refuse(Kind::not_a_shared_library, path,
                  "has the note of a plugin, but is not a shared library; link it with -shared");
  }
  if (file.entry != ElfExport::no) return std::nullopt;
  return refuse(Kind::no_entry, path,
                "has the note of a plugin, but exports no function " E2E_PLUGIN_ENTRY
                "; build it with e2e_add_plugin(), or export that function");
}

std::optional<Refusal> check_glibc(const std::filesystem::path& path, const ElfFile& file,
                                   const HostPlatform& platform) {
  if (!platform.glibc) return std::nullopt;
  constexpr std::string_view kPrefix = "GLIBC_";
  GlibcVersion newest;
  for (const ElfVersionNeed& need : file.version_needs) {
    if (need.is_weak || !need.version.starts_with(kPrefix)) continue;
    const auto version = parse_glibc_version(std::string_view(need.version).substr(kPrefix.size()));
    if (version) newest = std::max(newest, *version);
  }
  if (newest <= *platform.glibc) return std::nullopt;
  return refuse(Kind::glibc_too_new, path,
                fmt::format("needs glibc {}, this host has {}; rebuild it on an older distribution",
                            newest.text(), platform.glibc->text()));
}

Refusal missing_library(const std::filesystem::path& path, const std::string& name) {
  std::error_code ignored;
  if (name.find('/') == std::string::npos &&
      std::filesystem::is_regular_file(path.parent_path() / name, ignored)) {
    return refuse(
        Kind::missing_library, path,
        fmt::format("needs {}, which is beside the plugin, but the plugin's RUNPATH does not lead there; "
                    "link the plugin with -Wl,-rpath,'$ORIGIN'",
                    printable_line(name)));
  }
  return refuse(
      Kind::missing_library, path,
      fmt::format("needs {}, which is neither beside the plugin nor on this machine; install it or ship "
                  "it with the plugin",
                  printable_line(name)));
}

/// The version among `versions` with the same name up to the first digit that is the newest, as
/// GLIBCXX_3.4.30 for GLIBCXX_3.4.99; empty if there is none.
std::string newest_like(const std::string& wanted, const std::vector<std::string>& versions) {
  const auto numbers_of = [](std::string_view text) {
    std::vector<std::uint64_t> numbers;
    bool is_in_number = false;
    for (const char c : text) {
      const bool is_digit = c >= '0' && c <= '9';
      if (is_digit && !is_in_number) numbers.push_back(0);
      if (is_digit) numbers.back() = numbers.back() * 10 + static_cast<unsigned>(c - '0');
      is_in_number = is_digit;
    }
    return numbers;
  };
  const std::string_view stem = std::string_view(wanted).substr(0, wanted.find_first_of("0123456789"));
  std::string newest;
  for (const std::string& version : versions) {
    if (std::string_view(version).substr(0, version.find_first_of("0123456789")) != stem) continue;
    if (newest.empty() || numbers_of(version) > numbers_of(newest)) newest = version;
  }
  return newest;
}

Refusal missing_version(const std::filesystem::path& path, const ElfVersionNeed& need,
                        const std::filesystem::path& library, const std::vector<std::string>& versions) {
  const std::string newest = newest_like(need.version, versions);
  const std::string offer =
      newest.empty() ? "does not have it" : fmt::format("goes up to {}", printable_line(newest));
  return refuse(
      Kind::missing_symbol_version, path,
      fmt::format("needs {} of {}, this host's {} {}; rebuild it on an older distribution, or update {}",
                  printable_line(need.version), printable_line(need.library),
                  printable_line(library.string()), offer, printable_line(need.library)));
}

std::optional<Refusal> check_libraries(const std::filesystem::path& path, const ElfFile& file,
                                       const HostPlatform& platform) {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(path, ignored);
  std::map<std::string, std::filesystem::path> found;
  for (const std::string& name : file.needed) {
    const auto answer = platform.find_library({name, absolute.parent_path(), file.runpath, file.rpath});
    if (answer.state == LibraryAnswer::State::missing) return missing_library(path, name);
    if (answer.state == LibraryAnswer::State::found) found.emplace(name, answer.path);
  }

  std::map<std::filesystem::path, std::optional<std::vector<std::string>>> versions_of;
  for (const ElfVersionNeed& need : file.version_needs) {
    const auto library = found.find(need.library);
    if (need.is_weak || library == found.end()) continue;
    auto [entry, is_new] = versions_of.try_emplace(library->second);
    if (is_new) entry->second = platform.library_versions(library->second);
    const auto& versions = entry->second;
    if (versions && std::find(versions->begin(), versions->end(), need.version) == versions->end()) {
      return missing_version(path, need, library->second, *versions);
    }
  }
  return std::nullopt;
}

}  // namespace

Refusal refuse(Refusal::Kind kind, const std::filesystem::path& path, const std::string& what) {
  return {kind, printable_line(path.string()) + ": " + what};
}

std::optional<Refusal> check_platform(const std::filesystem::path& path, const ElfIdentity& built_for,
                                      const HostPlatform& platform) {
  const ElfIdentity& own = platform.identity;
  if (built_for.machine == own.machine && built_for.is_64_bit == own.is_64_bit &&
      built_for.is_little_endian == own.is_little_endian) {
    return std::nullopt;
  }
  const std::string here = platform_name(own);
  return refuse(
      Kind::foreign_platform, path,
      fmt::format("built for {}, this host is {}; build it for {}", platform_name(built_for), here, here));
}

std::optional<Refusal> check_abi(const std::filesystem::path& path, const AbiVersion& needed,
                                 const HostPlatform& platform) {
  const AbiVersion& own = platform.abi;
  if (needed.major != own.major) {
    const char* remedy = needed.major > own.major
                             ? "update e2e-host, or rebuild the plugin with this host's SDK"
                             : "rebuild the plugin with this host's SDK";
    return refuse(
        Kind::abi_mismatch, path,
        fmt::format("built for plugin ABI {}, this host offers {}: {}", needed.text(), own.text(), remedy));
  }
  if (needed.minor > own.minor) {
    return refuse(
        Kind::abi_mismatch, path,
        fmt::format("needs plugin ABI {}, this host offers {}: update e2e-host", needed.text(), own.text()));
  }
  return std::nullopt;
}

std::optional<Refusal> check_compatibility(const std::filesystem::path& path, const ElfFile& file,
                                           const PluginNote& note, const HostPlatform& platform) {
  if (auto refusal = check_platform(path, file.identity, platform)) return refusal;
  if (auto refusal = check_abi(path, note.abi, platform)) return refusal;
  if (auto refusal = check_entry(path, file)) return refusal;
  if (auto refusal = check_sanitizers(path, file, note, platform)) return refusal;
  if (auto refusal = check_glibc(path, file, platform)) return refusal;
  return check_libraries(path, file, platform);
}

}  // namespace e2e::host
