#include "report/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 64 * 1024;

}  // namespace

OutputFile::OutputFile(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) {
    open_regular(path);
    return;
  }
  special_.reset(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!special_) fail(errno);
  fd_ = special_.get();
}

OutputFile::OutputFile(int fd) : fd_(fd) {}

void OutputFile::fail(int number) {
  if (error_.empty()) error_ = std::strerror(number);
}

void OutputFile::open_regular(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return fail(error.value());
  try {
    whole_.emplace(path);
    fd_ = whole_->fd();
  } catch (const std::system_error& failure) {
    fail(failure.code().value());
  }
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
  if (!error_.empty() || !whole_) return error_.empty();
  try {
    whole_->keep();
  } catch (const std::system_error& failure) {
    fail(failure.code().value());
  }
  return error_.empty();
}

}  // namespace e2e::host
