// libFuzzer: any bytes as a pack's archive are read within its limits, or refused. Bytes that are not zstd's
// are taken for the tar inside of it, with checksums mended, so that not zstd's decoder and tar's sum stop
// nearly all of them.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "pack/archive.hpp"
#include "pack/pack_path.hpp"
#include "pack/read_pack.hpp"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using namespace e2e::host;

constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kTarBlock = 512;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A zstd frame that holds the bytes as they are (RFC 8878, section 3.1.1).
std::string framed(std::string_view bytes) {
  std::string frame(kZstdMagic);
  frame += std::string("\x00\x58", 2);  // no size, no checksum; a window of 2 MiB
  do {
    const std::string_view block = bytes.substr(0, 100'000);
    bytes.remove_prefix(block.size());
    const auto header = static_cast<uint32_t>(block.size() << 3 | (bytes.empty() ? 1 : 0));
    for (int shift = 0; shift < 24; shift += 8) frame += static_cast<char>(header >> shift & 0xff);
    frame += block;
  } while (!bytes.empty());
  return frame;
}

/// The archive as a regular file without a name.
int file_of(std::string_view bytes) {
  static const int fd = ::memfd_create("archive", MFD_CLOEXEC);
  require(::ftruncate(fd, 0) == 0 &&
          ::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return fd;
}

void read_all(int fd) {
  ArchiveLimits limits;
  limits.file_bytes = 64 << 10;
  limits.all_bytes = 128 << 10;
  limits.files = 50;
  uint64_t all_bytes = 0;
  size_t files = 0;
  ArchiveReader reader(fd, limits);
  for (ArchiveEntry entry; reader.next(entry);) {
    require(pack_path_problem(entry.path).empty());
    require(entry.mode == 0644 || entry.mode == 0755);
    require(entry.size <= limits.file_bytes && ++files <= limits.files);
    if (files % 3 == 0) continue;  // skipped
    uint64_t size = 0;
    reader.read([&size](std::string_view bytes) { size += bytes.size(); });
    require(size == entry.size);
    all_bytes += size;
  }
  require(all_bytes <= limits.all_bytes);
}

/// Holds what a sink gets to what it is promised.
class Checker : public PackSink {
 public:
  void begin(const PackHead& head) override {
    require(!has_head_ && !head.manifest.plugins.empty());
    has_head_ = true;
  }
  void begin_file(const PackFile& file) override {
    require(has_head_ && left_ == 0 && paths_.insert(file.path).second);
    left_ = file.size;
  }
  void write(std::string_view bytes) override {
    require(bytes.size() <= left_);
    left_ -= bytes.size();
  }
  void end_file() override { require(left_ == 0); }
  [[nodiscard]] size_t count() const { return paths_.size(); }

 private:
  bool has_head_ = false;
  uint64_t left_ = 0;
  std::set<std::string> paths_;
};

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size >= kZstdMagic.size() && std::memcmp(data, kZstdMagic.data(), kZstdMagic.size()) == 0) return size;
  constexpr size_t sum_at = 148, sum_bytes = 8, size_at = 124;
  for (size_t at = 0; at + kTarBlock <= size;) {
    uint8_t* header = data + at;
    std::memset(header + sum_at, ' ', sum_bytes);
    unsigned sum = 0;
    for (size_t i = 0; i < kTarBlock; ++i) sum += header[i];
    const bool is_end = sum == sum_bytes * ' ';
    if (is_end)
      std::memset(header + sum_at, 0, sum_bytes);
    else
      std::snprintf(reinterpret_cast<char*>(header + sum_at), sum_bytes, "%06o", sum);
    size_t content = 0;
    for (size_t i = size_at; i < size_at + 11 && header[i] >= '0' && header[i] <= '7'; ++i)
      content = std::min<size_t>(content * 8 + (header[i] - '0'), max_size);
    at += kTarBlock + (content + kTarBlock - 1) / kTarBlock * kTarBlock;
  }
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool is_zstd = bytes.starts_with(kZstdMagic);
  const int fd = file_of(is_zstd ? std::string(bytes) : framed(bytes));
  try {
    read_all(fd);
  } catch (const PackError&) {
  }
  // Its own limits are too far for a few bytes that unpack to gigabytes.
  if (is_zstd) return 0;
  Checker checker;
  try {
    const PackHead head = read_pack(fd, {}, &checker);
    require(checker.count() == head.manifest.files.size());
  } catch (const PackError&) {
  }
  return 0;
}
