#include "report/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 64 * 1024;

/// A name beside the file that no other run of this machine uses.
fs::path temporary_name(const fs::path& path) {
  static unsigned count = 0;
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string().substr(0, 200),
                                          static_cast<long>(::getpid()), ++count);
}

}  // namespace

OutputFile::OutputFile(fs::path path) : path_(std::move(path)) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    is_special_ = true;
    owned_.reset(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!owned_) fail(errno);
  } else {
    open_regular();
  }
  fd_ = owned_.get();
}

OutputFile::OutputFile(int fd) : fd_(fd), is_special_(true) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      owned_(std::move(other.owned_)),
      fd_(std::exchange(other.fd_, -1)),
      is_special_(other.is_special_),
      buffer_(std::move(other.buffer_)),
      error_(std::move(other.error_)) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::fail(int number) {
  if (error_.empty()) error_ = std::strerror(number);
}

void OutputFile::open_regular() {
  const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(error.value());
  // Without a name: however the host ends, nothing is left.
  owned_.reset(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  if (owned_) return;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return fail(errno);
  temporary_ = temporary_name(path_);
  owned_.reset(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (owned_) return;
  temporary_.clear();
  fail(errno);
}

void OutputFile::write(std::string_view bytes) {
  if (!error_.empty()) return;
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  if (error_.empty() && !buffer_.empty() && !write_all(fd_, buffer_.data(), buffer_.size())) fail(errno);
  buffer_.clear();
}

bool OutputFile::commit() {
  flush();
  if (!error_.empty() || is_special_) return error_.empty();
  if (temporary_.empty()) {
    // A link can't replace a file, a name can.
    const fs::path name = temporary_name(path_);
    const std::string self = fmt::format("/proc/self/fd/{}", fd_);
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      fail(errno);
      return false;
    }
    temporary_ = name;
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    fail(errno);
    return false;
  }
  temporary_.clear();
  return true;
}

}  // namespace e2e::host
