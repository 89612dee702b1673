#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "pack/manifest.hpp"
#include "pack/signature.hpp"

namespace e2e_test {

/// A folder that goes with this.
struct TemporaryFolder {
  std::filesystem::path path;
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "e2e-pack-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder");
    path = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error))
      if (entry->is_directory(error) && !entry->is_symlink(error))
        std::filesystem::permissions(entry->path(), std::filesystem::perms::owner_all, error);
    std::filesystem::remove_all(path, error);
  }
};

/// One member of a tar archive, of any kind.
struct Member {
  std::string path, content;
  mode_t mode = 0644;
  mode_t type = S_IFREG;
  std::string link;  ///< of a symbolic or hard one
  bool is_hard = false;
  long long said_size = -1;  ///< in place of the content's
};

/// Writes a tar archive in zstd, or without, with these members in this order.
inline void write_archive(const std::filesystem::path& file, const std::vector<Member>& members,
                          bool is_compressed = true) {
  struct archive* out = ::archive_write_new();
  if (is_compressed) ::archive_write_add_filter_zstd(out);
  ::archive_write_set_format_pax_restricted(out);
  if (::archive_write_open_filename(out, file.c_str()) != ARCHIVE_OK) throw std::runtime_error("no archive");
  for (const auto& member : members) {
    struct archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, member.path.c_str());
    ::archive_entry_set_mode(entry, member.type | member.mode);
    if (member.is_hard)
      ::archive_entry_set_hardlink(entry, member.link.c_str());
    else if (!member.link.empty())
      ::archive_entry_set_symlink(entry, member.link.c_str());
    if (member.type == S_IFREG && !member.is_hard)
      ::archive_entry_set_size(
          entry, member.said_size >= 0 ? member.said_size : static_cast<long long>(member.content.size()));
    ::archive_write_header(out, entry);
    if (!member.content.empty()) ::archive_write_data(out, member.content.data(), member.content.size());
    ::archive_entry_free(entry);
  }
  ::archive_write_close(out);
  ::archive_write_free(out);
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline e2e::host::UniqueFd opened(const std::filesystem::path& file) {
  return e2e::host::UniqueFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
}

inline e2e::host::PackFile listed(const std::string& path, const std::string& content, uint32_t mode = 0644) {
  return {path, content.size(), mode, e2e::host::sha256_digits(content)};
}

/// A manifest of two files, data/a.txt with "hello" and lib/users.so with "code".
inline e2e::host::Manifest sample_manifest(const std::string& version = "1.0.0") {
  e2e::host::Manifest manifest;
  manifest.id = "shop-tests";
  manifest.version = version;
  manifest.publisher = "shop";
  manifest.arch = "x86_64";
  manifest.glibc = "2.17";
  manifest.abi = "1.0";
  manifest.files = {listed("data/a.txt", "hello"), listed("lib/users.so", "code", 0755)};
  manifest.plugins = {{"lib/users.so", "users", "users", "1.0.0", "gcc"}};
  return manifest;
}

/// The members of a pack of that manifest with the sample's content, signed with the key if there is one.
inline std::vector<Member> sample_members(e2e::host::Manifest manifest, const e2e::host::SigningKey* key) {
  if (key) manifest.key_id = e2e::host::key_id_of(key->public_key);
  const std::string text = e2e::host::write_manifest(manifest);
  std::vector<Member> members = {{"manifest.yaml", text}};
  if (key) members.push_back({"manifest.sig", e2e::host::sign_manifest(text, *key)});
  members.push_back({"data/a.txt", "hello"});
  members.push_back({"lib/users.so", "code", 0755});
  return members;
}

}  // namespace e2e_test
