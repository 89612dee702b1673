#include "discovery/elf_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace e2e::host {
namespace {

constexpr std::size_t kPieceSize = std::size_t{1} << 20;

std::int64_t mtime_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

FileBytesError unreadable(const char* what, int error) {
  return {FileBytesError::Kind::unreadable,
          std::string(what) + ": " + std::generic_category().message(error)};
}

}  // namespace

bool SpanBytes::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return false;
  if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
  return true;
}

std::variant<FileBytes, FileBytesError> FileBytes::open(const std::filesystem::path& path) {
  FileBytes file(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)));
  if (!file.fd_) return unreadable("cannot be opened", errno);

  struct stat status {};
  if (::fstat(file.fd_.get(), &status) != 0) return unreadable("cannot be examined", errno);
  if (!S_ISREG(status.st_mode)) {
    const char* reason = S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a regular file";
    return FileBytesError{FileBytesError::Kind::not_regular, reason};
  }
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  file.mtime_unix_ns_ = mtime_of(status);
  if (file.size_ > kMaxSize) {
    return FileBytesError{
        FileBytesError::Kind::too_large,
        "is " + std::to_string(file.size_) + " bytes, the most that is read is " + std::to_string(kMaxSize)};
  }
  return file;
}

bool FileBytes::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  while (!out.empty()) {
    const ssize_t count =
        ::pread(fd_.get(), out.data(), std::min(out.size(), kPieceSize), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    offset += static_cast<std::uint64_t>(count);
    out = out.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool FileBytes::is_unchanged() const {
  struct stat status {};
  return ::fstat(fd_.get(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) == size_ &&
         mtime_of(status) == mtime_unix_ns_;
}

}  // namespace e2e::host
