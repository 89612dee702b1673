#include "config/source_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "base/unique_fd.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[noreturn]] void fail_to_read(int error) {
  throw std::runtime_error(fmt::format("cannot be read: {}", std::generic_category().message(error)));
}

[[noreturn]] void refuse_size() {
  throw std::runtime_error(
      fmt::format("is larger than the {} MiB a configuration may have", max_config_bytes >> 20));
}

void check_is_readable(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) fail_to_read(errno);
  if (S_ISDIR(status.st_mode)) throw std::runtime_error("is a folder, not a file");
  if (!S_ISREG(status.st_mode)) throw std::runtime_error("is not a regular file");
  if (status.st_size > static_cast<off_t>(max_config_bytes)) refuse_size();
}

}  // namespace

SourceText::SourceText(SourceKind kind, std::string name, std::string text)
    : kind_(kind), name_(std::move(name)), text_(std::move(text)), line_starts_{0} {
  for (size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
}

std::string_view SourceText::line(uint32_t number) const noexcept {
  if (number == 0 || number > line_starts_.size()) return {};
  const size_t start = line_starts_[number - 1];
  const size_t end = number < line_starts_.size() ? line_starts_[number] - 1 : text_.size();
  std::string_view line = std::string_view(text_).substr(start, end - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string read_config_file(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) fail_to_read(errno);
  check_is_readable(fd.get());
  // A file may grow while it is read, and those of /proc claim a size of 0: the size that counts is what
  // came.
  std::string text(max_config_bytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_to_read(errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > max_config_bytes) refuse_size();
  text.resize(size);
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

TextProblem find_text_problem(std::string_view text) {
  uint32_t line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto column = static_cast<uint32_t>(i - line_start);
    const size_t length = utf8_length(text.substr(i));
    if (length == 0)
      return {line, column, fmt::format("byte 0x{:02X} is not UTF-8; is this a text file?", byte)};
    // YAML forbids them, and yaml-cpp takes 0x04 for the end of the file.
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F)
      return {line, column, fmt::format("control character 0x{:02X}; is this a text file?", byte)};
    if (byte == '\n') {
      ++line;
      line_start = i + 1;
    }
    i += length;
  }
  return {};
}

}  // namespace e2e::host
