// The bytes of a file that nobody vouches for, and two places they come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// Random access to the bytes of a file. Reads are const and may be made from several threads at once.
class ElfBytes {
 public:
  virtual ~ElfBytes() = default;

  /// The size in bytes, as it was when the file was opened.
  virtual std::uint64_t size() const = 0;

  /// Fills all of `out` with the bytes from `offset` on. False if that reaches beyond size(), or if the file
  /// shrank or failed meanwhile; `out` is unspecified then.
  virtual bool read(std::uint64_t offset, std::span<std::byte> out) const = 0;

  /// Fills one plain struct from `offset`; false as read().
  template <class T>
  bool read_struct(std::uint64_t offset, T& out) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return read(offset, std::as_writable_bytes(std::span(&out, 1)));
  }
};

/// Bytes already in memory. Borrows them: they must outlive this object.
class SpanBytes final : public ElfBytes {
 public:
  explicit SpanBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint64_t size() const override { return bytes_.size(); }
  bool read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::span<const std::byte> bytes_;
};

/// Why a file could not be opened for reading.
struct FileBytesError {
  enum class Kind { unreadable, not_regular, too_large };
  Kind kind;
  std::string reason;  ///< a clause without the path, as "cannot be opened: Permission denied"
};

/// A regular file, read with pread in bounded pieces. Never mapped: a file truncated while it is mapped is
/// SIGBUS.
class FileBytes final : public ElfBytes {
 public:
  /// Larger files are refused: 1 GiB.
  static constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 30;

  /// Opens `path` for reading. Never blocks on a fifo, and refuses everything that is not a regular file.
  static std::variant<FileBytes, FileBytesError> open(const std::filesystem::path& path);

  std::uint64_t size() const override { return size_; }
  bool read(std::uint64_t offset, std::span<std::byte> out) const override;

  /// The time of the last change as it was at open(), in nanoseconds since the epoch.
  std::int64_t mtime_unix_ns() const { return mtime_unix_ns_; }

  /// True if size and time of the last change are still those seen at open().
  bool is_unchanged() const;

 private:
  explicit FileBytes(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::int64_t mtime_unix_ns_ = 0;
};

}  // namespace e2e::host
