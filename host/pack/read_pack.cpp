#include "pack/read_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "pack/archive.hpp"
#include "pack/signature.hpp"

namespace e2e::host {
namespace {

constexpr size_t kMostSignatureBytes = 4096;

/// The head's texts; where there is no signature, `first` is the entry that stands in its place, if any does.
PackHead take_head(ArchiveReader& reader, const std::vector<TrustedKey>& trusted,
                   std::optional<ArchiveEntry>& first) {
  ArchiveEntry entry;
  if (!reader.next(entry) || entry.path != manifest_name)
    throw PackError(fmt::format("is no pack: its first file is not {}", manifest_name));
  std::string manifest = reader.read_text(max_manifest_bytes);
  std::string signature;
  if (reader.next(entry)) {
    if (entry.path == signature_name) {
      signature = reader.read_text(kMostSignatureBytes);
      if (signature.empty()) throw PackError("manifest.sig: is empty");
    } else {
      first = entry;
    }
  }
  return judge_head(std::move(manifest), std::move(signature), trusted);
}

[[noreturn]] void refuse_unexpected(const Manifest& manifest, size_t done, const ArchiveEntry& entry) {
  const auto listed = std::find_if(manifest.files.begin(), manifest.files.end(),
                                   [&](const PackFile& file) { return file.path == entry.path; });
  const std::string path = printable(entry.path);
  if (listed == manifest.files.end()) throw PackError(fmt::format("{}: is not in the manifest", path));
  if (static_cast<size_t>(listed - manifest.files.begin()) < done)
    throw PackError(fmt::format("{}: is there twice", path));
  throw PackError(fmt::format("{}: the manifest lists it, and the archive does not have it here",
                              printable(manifest.files[done].path)));
}

void take_file(ArchiveReader& reader, const ArchiveEntry& entry, const PackFile& file, PackSink* sink) {
  if (entry.size != file.size)
    throw PackError(fmt::format("{}: has {} bytes, where the manifest says {}", printable(file.path),
                                entry.size, file.size));
  if (entry.mode != file.mode)
    throw PackError(fmt::format("{}: has the mode {:04o}, where the manifest says {:04o}",
                                printable(file.path), entry.mode, file.mode));
  if (sink) sink->begin_file(file);
  Sha256 hash;
  reader.read([&](std::string_view bytes) {
    hash.add(bytes);
    if (sink) sink->write(bytes);
  });
  if (hash.digits() != file.sha256)
    throw PackError(
        fmt::format("{}: is not what the manifest says: its hash is another", printable(file.path)));
  if (sink) sink->end_file();
}

}  // namespace

PackHead judge_head(std::string manifest_text, std::string signature_text,
                    const std::vector<TrustedKey>& trusted) {
  PackHead head;
  const TrustedKey* key = nullptr;
  std::string key_id;
  if (!signature_text.empty()) {
    key_id = key_id_in(signature_text);
    key = find_key(trusted, key_id);
    head.vouched = key ? Vouched::trusted : Vouched::unknown;
    if (key && !is_signature_of(signature_text, manifest_text, key->public_key))
      throw PackError(fmt::format("its signature is wrong: it was changed after {} signed it with key {}",
                                  key->publisher, key_id));
  }
  head.manifest = read_manifest(manifest_text);
  if (key && head.manifest.publisher != key->publisher)
    throw PackError(fmt::format("says that it is by {}, and is signed with key {}, which is {}'s",
                                head.manifest.publisher, key_id, key->publisher));
  if (head.manifest.key_id != key_id)
    throw PackError(head.manifest.key_id.empty() || !key_id.empty()
                        ? fmt::format("its signature is of key {}, and its manifest does not say so", key_id)
                        : fmt::format("its manifest says that key {} signed it, and there is no signature",
                                      head.manifest.key_id));
  head.digest = sha256_digits(manifest_text);
  head.manifest_text = std::move(manifest_text);
  head.signature_text = std::move(signature_text);
  return head;
}

PackHead read_pack(int fd, const std::vector<TrustedKey>& trusted, PackSink* sink) {
  ArchiveReader reader(fd);
  std::optional<ArchiveEntry> entry;
  PackHead head = take_head(reader, trusted, entry);
  if (sink) sink->begin(head);
  const auto& files = head.manifest.files;
  size_t done = 0;
  for (ArchiveEntry next; entry || reader.next(next); ++done, entry.reset()) {
    const ArchiveEntry& current = entry ? *entry : next;
    if (done >= files.size() || files[done].path != current.path)
      refuse_unexpected(head.manifest, done, current);
    take_file(reader, current, files[done], sink);
  }
  if (done < files.size())
    throw PackError(
        fmt::format("{}: the manifest lists it, and the archive ends before", printable(files[done].path)));
  return head;
}

PackHead read_pack_head(int fd, const std::vector<TrustedKey>& trusted) {
  ArchiveReader reader(fd);
  std::optional<ArchiveEntry> ignored;
  return take_head(reader, trusted, ignored);
}

}  // namespace e2e::host
