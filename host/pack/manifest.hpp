#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A file of a pack.
struct PackFile {
  std::string path;  ///< without pack_path_problem()
  uint64_t size = 0;
  uint32_t mode = 0644;  ///< or 0755
  std::string sha256;    ///< 64 lower-case hexadecimal digits

  bool operator==(const PackFile&) const = default;
};

/// True for a SHA-256 as packs write it: 64 lower-case hexadecimal digits.
[[nodiscard]] inline bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// A plugin of a pack, as its own note says.
struct PackedPlugin {
  std::string file;  ///< one of the pack's files
  std::string id, service, version, toolchain;

  bool operator==(const PackedPlugin&) const = default;
};

/// What a pack says of itself: manifest.yaml. All texts are printable UTF-8 of bounded length.
struct Manifest {
  std::string id, version, publisher;  ///< each without pack_word_problem()
  std::string key_id;                  ///< of the key it is signed with; empty: it is not
  std::string arch;                    ///< "x86_64", "aarch64": of Linux
  std::string glibc;                   ///< the lowest that its files need, "2.34"; empty: none needs any
  std::string abi;                     ///< the lowest plugin ABI that will do, "1.0"
  std::vector<PackedPlugin> plugins;   ///< by file
  std::vector<std::string> libraries;  ///< of the system that they need, beside those in the pack; in order
  std::vector<std::string> variables;  ///< of the environment that the tests need
  std::vector<PackFile> files;         ///< all but manifest.yaml and manifest.sig; by path, none twice

  bool operator==(const Manifest&) const = default;
};

inline constexpr std::string_view manifest_name = "manifest.yaml";
inline constexpr std::string_view signature_name = "manifest.sig";
inline constexpr size_t max_manifest_bytes = 1 << 20;

/// As YAML; the same manifest always has the same bytes.
std::string write_manifest(const Manifest& manifest);

/// Reads one. Keys that this host does not know are passed over, so that it can read what later hosts write;
/// aliases and tags, and what is above not as it says there, are refused. Throws PackError with all that is
/// wrong, by line.
Manifest read_manifest(const std::string& text);

/// "shop-tests-1.2.0-linux_x86_64-glibc2.34-e2e1.0.e2epack"
std::string pack_file_name(const Manifest& manifest);

}  // namespace e2e::host
