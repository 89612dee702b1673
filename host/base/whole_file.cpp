#include "base/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace e2e::host {
namespace {

[[noreturn]] void throw_errno() { throw std::system_error(errno, std::generic_category()); }

/// A name beside the file that no other process of this machine uses.
std::filesystem::path temporary_name(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string().substr(0, 200),
                                          static_cast<long>(::getpid()), ++count);
}

}  // namespace

WholeFile::WholeFile(std::filesystem::path path, mode_t mode) : path_(std::move(path)) {
  const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  fd_.reset(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
  if (fd_) return;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) throw_errno();
  temporary_ = temporary_name(path_);
  fd_.reset(::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (fd_) return;
  temporary_.clear();
  throw_errno();
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)) {}

WholeFile::~WholeFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void WholeFile::write(std::string_view bytes) {
  if (!write_all(fd_.get(), bytes.data(), bytes.size())) throw_errno();
}

void WholeFile::sync() {
  if (::fsync(fd_.get()) != 0) throw_errno();
}

void WholeFile::keep() {
  if (temporary_.empty()) {
    // A link can't replace a file, a name can.
    const auto name = temporary_name(path_);
    const std::string self = fmt::format("/proc/self/fd/{}", fd_.get());
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) throw_errno();
    temporary_ = name;
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_errno();
  temporary_.clear();
}

void write_whole_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  WholeFile file(path, mode);
  file.write(text);
  file.sync();
  file.keep();
}

}  // namespace e2e::host
