#include "launcher/service_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace e2e::host {
namespace {

constexpr size_t max_last_bytes = 4096;
constexpr int max_last_lines = 20;

}  // namespace

ServiceLog::ServiceLog(const std::string& path, const SecretValues& secrets) : secrets_(secrets) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file_)
    throw std::runtime_error(fmt::format("its log {} can't be written: {}", path, std::strerror(errno)));
}

void ServiceLog::append(std::string_view bytes) {
  held_.append(bytes);
  const size_t whole = held_.size() - secrets_.cut_length(held_);
  add(secrets_.scrubbed(std::string_view(held_).substr(0, whole)));
  held_.erase(0, whole);
}

void ServiceLog::add(std::string_view bytes) {
  total_bytes_ += bytes.size();
  const auto room = static_cast<size_t>(std::min<uint64_t>(max_head_bytes - head_bytes_, bytes.size()));
  if (room > 0 && file_) write_all(file_.get(), bytes.data(), room);
  head_bytes_ += room;
  tail_.append(bytes);
  // Not at each append: only when it is worth the move.
  if (tail_.size() > 2 * max_tail_bytes) tail_.erase(0, tail_.size() - max_tail_bytes);
}

void ServiceLog::close() {
  if (!file_) return;
  add(secrets_.scrubbed(std::exchange(held_, {})));
  if (total_bytes_ > head_bytes_) {
    const size_t kept =
        static_cast<size_t>(std::min<uint64_t>({total_bytes_ - head_bytes_, max_tail_bytes, tail_.size()}));
    const uint64_t left_out = total_bytes_ - head_bytes_ - kept;
    if (left_out > 0) {
      const std::string line = fmt::format("\n... {} bytes left out by e2e-host ...\n", left_out);
      write_all(file_.get(), line.data(), line.size());
    }
    write_all(file_.get(), tail_.data() + tail_.size() - kept, kept);
  }
  file_.reset();
}

std::string ServiceLog::last_lines() const {
  const std::string all = tail_ + secrets_.scrubbed(held_);
  std::string_view text = all;
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (text.size() > max_last_bytes) text.remove_prefix(text.size() - max_last_bytes);
  size_t start = text.size();
  for (int line = 0; line < max_last_lines && start > 0; ++line) {
    const size_t end = text.rfind('\n', start - 1);
    start = end == text.npos ? 0 : end;
  }
  text.remove_prefix(start);
  while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  return std::string(text);
}

}  // namespace e2e::host
