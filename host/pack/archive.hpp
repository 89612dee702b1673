#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

struct archive;

namespace e2e::host {

/// Why a pack can't be used, for people: "lib/a.so: is a symbolic link". Whoever names the pack puts its path
/// in front.
class PackError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One file of an archive.
struct ArchiveEntry {
  std::string path;   ///< without pack_path_problem()
  uint64_t size = 0;  ///< bytes that its content has
  uint32_t mode = 0;  ///< 0644 or 0755
};

/// What an archive may come to; beyond, reading stops.
struct ArchiveLimits {
  uint64_t file_bytes = uint64_t{512} << 20;
  uint64_t all_bytes = uint64_t{2} << 30;
  size_t files = 10'000;
};

/// Reads a pack's archive, tar in zstd, one file after the other, and trusts nothing that it says: refused
/// are paths with a pack_path_problem(), anything but regular files, other modes than 0644 and 0755, sizes
/// beyond the limits, an archive that ends early or has something behind its end. Memory does not grow with
/// the archive. Not thread-safe. What two files of one path, or a file used as a folder, mean is left to the
/// caller.
class ArchiveReader {
 public:
  /// Reads from the descriptor of a regular file, which must stay open, from its beginning. Throws PackError
  /// where it is no such archive.
  explicit ArchiveReader(int fd, ArchiveLimits limits = {});
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;
  ~ArchiveReader();

  /// The next file; false at the end. Throws PackError.
  bool next(ArchiveEntry& entry);
  /// Its content, in pieces of at most 64 KiB. To be called once behind next(); not calling it skips the
  /// content. Throws PackError, also where it is not of the size that was said.
  void read(const std::function<void(std::string_view)>& take);
  /// The same as one text of at most that many bytes. Throws PackError where it is longer.
  std::string read_text(size_t most_bytes);

 private:
  [[noreturn]] void fail(const std::string& what) const;

  struct archive* archive_ = nullptr;
  ArchiveLimits limits_;
  ArchiveEntry entry_;
  bool is_read_ = true, is_at_end_ = false;
  uint64_t all_bytes_ = 0;
  size_t files_ = 0;
  uint64_t content_end_ = 0;  ///< behind the last byte of the whole tar that is not 0
  uint64_t tar_bytes_ = 0;
};

/// Writes such an archive. The same files give the same bytes: nothing of the machine or the time is in it.
class ArchiveWriter {
 public:
  /// Writes to the descriptor, which must stay open. Throws PackError.
  explicit ArchiveWriter(int fd);
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;
  ~ArchiveWriter();

  /// Begins a file; its content follows in write() calls that add up to its size. Throws PackError.
  void begin(const ArchiveEntry& entry);
  void write(std::string_view bytes);
  void add(const ArchiveEntry& entry, std::string_view content);
  /// Without it the archive is not whole. Throws PackError, as when the disk is full.
  void close();

 private:
  [[noreturn]] void fail(const std::string& what) const;

  struct archive* archive_;
};

}  // namespace e2e::host
