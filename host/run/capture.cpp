#include "run/capture.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/utf8.hpp"

namespace e2e::host {

Capture::Capture(UniqueFd pipe, std::string marker, std::string spool_prefix, Live live,
                 const SecretValues* secrets)
    : pipe_(std::move(pipe)),
      marker_(std::move(marker)),
      spool_prefix_(std::move(spool_prefix)),
      live_(std::move(live)),
      secrets_(secrets) {
  if (pipe_) set_nonblocking(pipe_.get());
}

bool Capture::drain(const std::function<void()>& before_digested) {
  char bytes[64 * 1024];
  bool is_open = true;
  bool has_read = false;
  // A writer that never pauses must not keep the loop here.
  for (int reads = 0; reads < 64; ++reads) {
    const ssize_t n = ::read(pipe_.get(), bytes, sizeof bytes);
    if (n > 0) {
      held_.append(bytes, static_cast<size_t>(n));
      has_read = true;
      if (static_cast<size_t>(n) < sizeof bytes) break;
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    is_open = n < 0 && errno == EAGAIN;
    break;
  }
  if (has_read && before_digested) before_digested();
  digest();
  return is_open;
}

void Capture::digest() {
  std::string_view rest = held_;
  size_t at = 0;
  while ((at = rest.find(marker_)) != std::string_view::npos) {
    add_clean(rest.substr(0, at));
    rest.remove_prefix(at + marker_.size());
    ended_.push_back(std::move(current_.output));
    current_ = Segment();
  }
  // The longest end that begins a marker stays until more comes.
  size_t kept = std::min(rest.size(), marker_.size() - 1);
  while (kept > 0 && marker_.compare(0, kept, rest.substr(rest.size() - kept)) != 0) --kept;
  // So does one that may begin a secret.
  if (secrets_ != nullptr) kept += secrets_->cut_length(rest.substr(0, rest.size() - kept));
  add_clean(rest.substr(0, rest.size() - kept));
  held_.erase(0, held_.size() - kept);
}

void Capture::add_clean(std::string_view bytes) {
  if (secrets_ == nullptr || secrets_->is_empty()) return add(bytes);
  add(secrets_->scrubbed(bytes));
}

void Capture::add(std::string_view bytes) {
  if (bytes.empty()) return;
  if (live_) live_(bytes, !ended_.empty());
  CapturedOutput& output = current_.output;
  const size_t into_head = std::min(bytes.size(), head_bytes - output.head.size());
  output.total_bytes += bytes.size();
  if (into_head < bytes.size()) spool(bytes);
  output.head.append(bytes.substr(0, into_head));
  output.tail.append(bytes.substr(into_head));
  if (output.tail.size() > 2 * tail_bytes) output.tail.erase(0, output.tail.size() - tail_bytes);
}

void Capture::spool(std::string_view bytes) {
  if (spool_prefix_.empty()) return;
  if (!current_.spool) {
    const std::string path = fmt::format("{}{}", spool_prefix_, ++spools_);
    current_.spool.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!current_.spool) return;
    current_.output.file = path;
    if (!write_all(current_.spool.get(), current_.output.head.data(), current_.output.head.size()))
      return drop_spool();
    current_.spooled_bytes = current_.output.head.size();
  }
  const size_t room =
      static_cast<size_t>(spool_limit_bytes - std::min(spool_limit_bytes, current_.spooled_bytes));
  const std::string_view kept = bytes.substr(0, room);
  if (!write_all(current_.spool.get(), kept.data(), kept.size())) return drop_spool();
  current_.spooled_bytes += kept.size();
}

void Capture::drop_spool() {
  ::unlink(current_.output.file.c_str());
  current_.output.file.clear();
  current_.spool.reset();
  spool_prefix_.clear();
}

CapturedOutput Capture::take() {
  CapturedOutput output;
  if (!ended_.empty()) {
    output = std::move(ended_.front());
    ended_.pop_front();
  } else {
    add_clean(std::exchange(held_, {}));
    output = std::move(current_.output);
    current_ = Segment();
  }
  return finished(std::move(output));
}

CapturedOutput Capture::so_far() const { return finished(ended_.empty() ? current_.output : ended_.front()); }

CapturedOutput Capture::finished(CapturedOutput output) const {
  if (output.tail.size() > tail_bytes) output.tail.erase(0, output.tail.size() - tail_bytes);
  // No character in two, where head and tail become texts of their own.
  if (!output.tail.empty()) {
    const size_t cut = utf8_cut_length(output.head);
    output.tail.insert(0, output.head, output.head.size() - cut, cut);
    output.head.erase(output.head.size() - cut);
  }
  if (secrets_ != nullptr) {
    const size_t before = output.head.size() + output.tail.size();
    secrets_->scrub(output.head);
    secrets_->scrub(output.tail);
    output.total_bytes -= before - std::min(before, output.head.size() + output.tail.size());
  }
  output.omitted_bytes = output.total_bytes - output.head.size() - output.tail.size();
  return output;
}

}  // namespace e2e::host
