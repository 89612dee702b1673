#include "page/body_sources.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "base/utf8.hpp"
#include "page/exchange.hpp"
#include "page/request.hpp"

namespace e2e::host {

namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

void keep_beginning(std::string& beginning, std::string_view bytes) {
  beginning.append(bytes.substr(0, Exchange::max_recorded_body_bytes - beginning.size()));
}

UniqueFd open_to_read(const std::string& path, int64_t& size) {
  // Not blocking: the other end of a FIFO may never come.
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0)
    throw RequestRefused(fmt::format("the file '{}' can't be sent: {}", printable(path), reason_of(errno)));
  if (!S_ISREG(facts.st_mode))
    throw RequestRefused(fmt::format("'{}' can't be sent: it is no file", printable(path)));
  size = facts.st_size;
  return file;
}

}  // namespace

SegmentedBody::SegmentedBody(std::vector<BodySegment> segments) {
  for (BodySegment& segment : segments) {
    Piece piece;
    piece.text = std::move(segment.text);
    piece.path = std::move(segment.path);
    piece.size = static_cast<int64_t>(piece.text.size());
    if (!piece.path.empty()) piece.file = open_to_read(piece.path, piece.size);
    size_ += piece.size;
    pieces_.push_back(std::move(piece));
  }
}

std::optional<size_t> SegmentedBody::read(char* buffer, size_t size) {
  while (piece_ < pieces_.size() && offset_ == pieces_[piece_].size) {
    ++piece_;
    offset_ = 0;
  }
  if (piece_ == pieces_.size()) return 0;
  const Piece& piece = pieces_[piece_];
  size = std::min(size, static_cast<size_t>(piece.size - offset_));
  if (piece.path.empty()) {
    std::memcpy(buffer, piece.text.data() + offset_, size);
  } else {
    const auto given = read_file(piece, buffer, size);
    if (!given) return std::nullopt;
    size = *given;
  }
  if (!is_beginning_known_) keep_beginning(beginning_, {buffer, size});
  offset_ += static_cast<int64_t>(size);
  return size;
}

std::optional<size_t> SegmentedBody::read_file(const Piece& piece, char* buffer, size_t size) {
  ssize_t given = 0;
  do {
    given = ::pread(piece.file.get(), buffer, size, offset_);
  } while (given < 0 && errno == EINTR);
  if (given > 0) return static_cast<size_t>(given);
  problem_ = fmt::format("the file '{}' can't be sent: {}", printable(piece.path),
                         given < 0 ? reason_of(errno) : "it became shorter meanwhile");
  return std::nullopt;
}

bool SegmentedBody::rewind() {
  is_beginning_known_ = is_beginning_known_ || beginning_.size() >= Exchange::max_recorded_body_bytes;
  if (!is_beginning_known_) beginning_.clear();
  piece_ = 0;
  offset_ = 0;
  return true;
}

std::optional<size_t> FunctionBody::read(char* buffer, size_t size) {
  has_begun_ = true;
  const int64_t given = read_(buffer, size);
  if (given < 0) {
    problem_ = "the function that gives the body broke off";
    return std::nullopt;
  }
  if (static_cast<uint64_t>(given) > size) {
    problem_ =
        fmt::format("the function that gives the body said that it gave {} bytes where there was room for {}",
                    given, size);
    return std::nullopt;
  }
  given_ += given;
  if (size_ >= 0 && (given == 0 ? given_ < size_ : given_ > size_)) {
    problem_ = fmt::format("the function that gives the body gave {} bytes, not the {} that were announced",
                           given_, size_);
    return std::nullopt;
  }
  keep_beginning(beginning_, {buffer, static_cast<size_t>(given)});
  return static_cast<size_t>(given);
}

FileSink::~FileSink() {
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

bool FileSink::fail(const char* what) {
  problem_ = fmt::format("the answer can't be {} '{}': {}", what, printable(path_), reason_of(errno));
  return false;
}

bool FileSink::open() {
  partial_ = path_ + ".partial";
  file_ = UniqueFd(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file_) return true;
  partial_.clear();
  return fail("saved to");
}

bool FileSink::write(std::string_view bytes) {
  if (!file_ && !open()) return false;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail("saved to");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool FileSink::finish() {
  if (!file_ && !open()) return false;
  file_ = UniqueFd();
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) return fail("saved to");
  partial_.clear();
  return true;
}

}  // namespace e2e::host
