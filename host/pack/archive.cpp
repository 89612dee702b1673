#include "pack/archive.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/utf8.hpp"
#include "pack/archive_library.hpp"
#include "pack/pack_path.hpp"

namespace e2e::host {
namespace {

constexpr size_t kBlockBytes = 64 * 1024;
/// tar pads with zeros to whole records, of 10 KiB here.
constexpr uint64_t kMostPaddingBytes = 64 * 1024;

std::string error_of(struct archive* archive) {
  const char* text = archive_library().error_string(archive);
  return text ? printable(text) : "unknown error";
}

struct Free {
  void operator()(struct archive* archive) const { archive_library().read_free(archive); }
};
using ArchivePointer = std::unique_ptr<struct archive, Free>;

ArchivePointer open_archive(int fd, decltype(ArchiveLibrary::read_support_format_tar) support_format) {
  const ArchiveLibrary& library = archive_library();
  ArchivePointer archive(library.read_new());
  if (!archive) throw PackError("there is no memory to read it with");
  if (::lseek(fd, 0, SEEK_SET) == 0 && library.read_support_filter_zstd(archive.get()) == ARCHIVE_OK &&
      support_format(archive.get()) == ARCHIVE_OK &&
      library.read_open_fd(archive.get(), fd, kBlockBytes) == ARCHIVE_OK)
    return archive;
  throw PackError("is no pack: it is not a tar archive in zstd (" + error_of(archive.get()) + ")");
}

/// How much an archive unpacks to, and how far that is not 0.
struct Extent {
  uint64_t bytes = 0, content_end = 0;
};

Extent extent_of(int fd, const ArchiveLimits& limits) {
  const ArchiveLibrary& library = archive_library();
  const ArchivePointer archive = open_archive(fd, library.read_support_format_raw);
  struct archive_entry* all = nullptr;
  if (library.read_next_header(archive.get(), &all) != ARCHIVE_OK ||
      library.filter_code(archive.get(), 0) != ARCHIVE_FILTER_ZSTD)
    throw PackError("is no pack: it is not a tar archive in zstd");
  // Headers and padding take up to 4 KiB for each file.
  const uint64_t most = limits.all_bytes + limits.files * 4096 + kMostPaddingBytes;
  std::array<char, kBlockBytes> block;
  Extent extent;
  for (;;) {
    const auto count = library.read_data(archive.get(), block.data(), block.size());
    if (count < 0) throw PackError("the archive is damaged: " + error_of(archive.get()));
    if (count == 0) return extent;
    const std::string_view bytes(block.data(), static_cast<size_t>(count));
    if (const size_t last = bytes.find_last_not_of('\0'); last != std::string_view::npos)
      extent.content_end = extent.bytes + last + 1;
    extent.bytes += bytes.size();
    if (extent.bytes > most)
      throw PackError(fmt::format("is larger than {} MiB when it is unpacked", limits.all_bytes >> 20));
  }
}

const char* kind_of(mode_t type) {
  switch (type) {
    case S_IFDIR:
      return "a folder: files alone are listed";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a fifo";
    case S_IFCHR:
    case S_IFBLK:
      return "a device";
    case S_IFSOCK:
      return "a socket";
    default:
      return "no regular file";
  }
}

}  // namespace

ArchiveReader::ArchiveReader(int fd, ArchiveLimits limits) : limits_(limits) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) throw PackError("is no regular file");
  // A tar reader stops at the tar's end, and would not see what stands behind it; so all of it is unpacked
  // once before.
  const Extent extent = extent_of(fd, limits);
  content_end_ = extent.content_end;
  tar_bytes_ = extent.bytes;
  archive_ = open_archive(fd, archive_library().read_support_format_tar).release();
}

ArchiveReader::~ArchiveReader() { archive_library().read_free(archive_); }

void ArchiveReader::fail(const std::string& what) const {
  throw PackError(entry_.path.empty() ? what : fmt::format("{}: {}", printable(entry_.path), what));
}

bool ArchiveReader::next(ArchiveEntry& entry) {
  const ArchiveLibrary& library = archive_library();
  if (is_at_end_) return false;
  if (!is_read_) read([](std::string_view) {});
  entry_ = {};
  struct archive_entry* found = nullptr;
  const int result = library.read_next_header(archive_, &found);
  if (result == ARCHIVE_EOF) {
    is_at_end_ = true;
    const auto consumed = static_cast<uint64_t>(std::max<la_int64_t>(library.filter_bytes(archive_, 0), 0));
    if (content_end_ > consumed || tar_bytes_ > consumed + kMostPaddingBytes)
      fail("something stands behind the archive's end");
    return false;
  }
  // Also a warning: a header that libarchive is unsure of is none of ours.
  if (result != ARCHIVE_OK) fail("the archive is damaged: " + error_of(archive_));
  if (library.filter_code(archive_, 0) != ARCHIVE_FILTER_ZSTD)
    fail("is no pack: it is not compressed with zstd");
  if (++files_ > limits_.files) fail(fmt::format("has more than {} files", limits_.files));

  const char* path = library.entry_pathname(found);
  if (!path) fail("a file of it has no name, or one that can't be read");
  if (const std::string problem = pack_path_problem(path); !problem.empty())
    fail(fmt::format("the path '{}' {}", printable(std::string_view(path).substr(0, 200)), problem));
  entry_.path = path;
  if (library.entry_hardlink(found)) fail("is a hard link");
  if (library.entry_symlink(found)) fail("is a symbolic link");
  if (const mode_t type = library.entry_filetype(found); type != S_IFREG)
    fail(fmt::format("is {}", kind_of(type)));
  entry_.mode = library.entry_perm(found);
  if (entry_.mode & (S_ISUID | S_ISGID | S_ISVTX)) fail("has a setuid, setgid or sticky bit");
  if (entry_.mode != 0644 && entry_.mode != 0755)
    fail(fmt::format("has the mode {:04o}, not 0644 or 0755", entry_.mode));
  if (library.entry_sparse_count(found) > 0) fail("has holes");
  if (!library.entry_size_is_set(found) || library.entry_size(found) < 0) fail("has no size");
  entry_.size = static_cast<uint64_t>(library.entry_size(found));
  if (entry_.size > limits_.file_bytes) fail(fmt::format("is larger than {} MiB", limits_.file_bytes >> 20));
  all_bytes_ += entry_.size;
  if (all_bytes_ > limits_.all_bytes)
    fail(fmt::format("with it, the pack is larger than {} MiB", limits_.all_bytes >> 20));
  is_read_ = false;
  entry = entry_;
  return true;
}

void ArchiveReader::read(const std::function<void(std::string_view)>& take) {
  is_read_ = true;
  std::array<char, kBlockBytes> block;
  uint64_t size = 0;
  for (;;) {
    const auto count = archive_library().read_data(archive_, block.data(), block.size());
    if (count < 0) fail("the archive is damaged: " + error_of(archive_));
    if (count == 0) break;
    size += static_cast<uint64_t>(count);
    if (size > entry_.size) fail("is longer than the archive says");
    take({block.data(), static_cast<size_t>(count)});
  }
  if (size != entry_.size) fail("is shorter than the archive says");
}

std::string ArchiveReader::read_text(size_t most_bytes) {
  if (entry_.size > most_bytes) fail(fmt::format("is larger than {} KiB", most_bytes >> 10));
  std::string text;
  text.reserve(entry_.size);
  read([&text](std::string_view bytes) { text += bytes; });
  return text;
}

ArchiveWriter::ArchiveWriter(int fd) : archive_(archive_library().write_new()) {
  const ArchiveLibrary& library = archive_library();
  if (!archive_) throw PackError("there is no memory to write it with");
  if (library.write_add_filter_zstd(archive_) == ARCHIVE_OK &&
      library.write_set_filter_option(archive_, "zstd", "compression-level", "19") == ARCHIVE_OK &&
      library.write_set_format_pax_restricted(archive_) == ARCHIVE_OK &&
      library.write_open_fd(archive_, fd) == ARCHIVE_OK)
    return;
  const std::string reason = error_of(archive_);
  library.write_free(archive_);
  throw PackError("can't be written: " + reason);
}

ArchiveWriter::~ArchiveWriter() { archive_library().write_free(archive_); }

void ArchiveWriter::fail(const std::string& what) const {
  throw PackError(fmt::format("{}: {}", what, error_of(archive_)));
}

void ArchiveWriter::begin(const ArchiveEntry& entry) {
  const ArchiveLibrary& library = archive_library();
  struct archive_entry* made = library.entry_new();
  if (!made) throw PackError("there is no memory to write it with");
  library.entry_set_pathname(made, entry.path.c_str());
  library.entry_set_filetype(made, AE_IFREG);
  library.entry_set_perm(made, entry.mode);
  library.entry_set_size(made, static_cast<la_int64_t>(entry.size));
  const int result = library.write_header(archive_, made);
  library.entry_free(made);
  if (result != ARCHIVE_OK) fail("can't be written");
}

void ArchiveWriter::write(std::string_view bytes) {
  if (!bytes.empty() && archive_library().write_data(archive_, bytes.data(), bytes.size()) !=
                            static_cast<la_ssize_t>(bytes.size()))
    fail("can't be written");
}

void ArchiveWriter::add(const ArchiveEntry& entry, std::string_view content) {
  begin(entry);
  write(content);
}

void ArchiveWriter::close() {
  if (archive_library().write_close(archive_) != ARCHIVE_OK) fail("can't be written");
}

}  // namespace e2e::host
