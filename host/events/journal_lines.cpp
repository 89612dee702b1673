#include "events/journal_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fatal.hpp"
#include "base/utf8.hpp"
#include "events/event_reader.hpp"

namespace e2e::host {
namespace {

constexpr size_t block_bytes = 1u << 20;
constexpr size_t longest_line = EventReader::max_line_bytes + 1;

[[noreturn]] void refuse(const std::filesystem::path& file, const char* why) {
  throw Fatal(ExitCode::usage,
              fmt::format("error: the journal {} can't be read: {}", printable(file.string()), why));
}

}  // namespace

JournalLines::JournalLines(const std::filesystem::path& file)
    : path_(file), file_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat status {};
  if (!file_ || ::fstat(file_.get(), &status) != 0) refuse(path_, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse(path_, "it is no regular file");
}

bool JournalLines::fill() {
  const size_t size = buffer_.size();
  buffer_.resize(size + block_bytes);
  ssize_t count = 0;
  do count = ::read(file_.get(), buffer_.data() + size, block_bytes);
  while (count < 0 && errno == EINTR);
  const int error = errno;
  buffer_.resize(size + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) refuse(path_, std::strerror(error));
  return count > 0;
}

bool JournalLines::next(std::string_view& line) {
  size_t start = handed_out_;
  searched_ = std::max(searched_, start);
  size_t end = buffer_.find('\n', searched_);
  while (end == buffer_.npos) {
    buffer_.erase(0, start);
    start = 0;
    handed_out_ = 0;
    // What is behind the longest line's length is only looked through for its end.
    if (buffer_.size() > longest_line) buffer_.resize(longest_line);
    searched_ = buffer_.size();
    if (!fill()) return false;
    end = buffer_.find('\n', searched_);
  }
  line = std::string_view(buffer_).substr(start, std::min(end - start, longest_line));
  handed_out_ = searched_ = end + 1;
  return true;
}

bool JournalLines::is_going_on() const noexcept {
  if (::flock(file_.get(), LOCK_SH | LOCK_NB) == 0) {
    ::flock(file_.get(), LOCK_UN);
    return false;
  }
  return errno == EWOULDBLOCK;
}

}  // namespace e2e::host
