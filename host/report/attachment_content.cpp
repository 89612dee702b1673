#include "report/attachment_content.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr uint64_t max_image_bytes = 256u << 10;
constexpr uint64_t max_text_bytes = 64u << 10;

bool is_image(const AttachmentRecord& attachment) {
  return attachment.type == "image/png" || attachment.type == "image/jpeg";
}

bool is_text(const AttachmentRecord& attachment) {
  return attachment.type.starts_with("text/") || attachment.type == "application/json";
}

/// What the file has, if it is the one that was attached; else empty.
std::string content_of(const AttachmentRecord& attachment) {
  const UniqueFd file(
      ::open(attachment_path(attachment).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  std::string content(attachment.bytes + 1, '\0');
  size_t size = 0;
  for (ssize_t n = 1; n > 0 && size < content.size(); size += static_cast<size_t>(n)) {
    n = ::read(file.get(), content.data() + size, content.size() - size);
    if (n < 0) return {};
  }
  content.resize(size);
  return size == attachment.bytes && sha256_digits(content) == attachment.sha256 ? content : std::string();
}

bool begins_as(const std::string& content, const std::string& type) {
  using namespace std::string_view_literals;
  return content.starts_with(type == "image/png" ? "\x89PNG\r\n\x1a\n"sv : "\xFF\xD8\xFF"sv);
}

}  // namespace

std::string attachment_path(const AttachmentRecord& attachment) {
  return attachment.folder.empty() ? attachment.file : attachment.folder + "/" + attachment.file;
}

std::string attachment_label(const AttachmentRecord& attachment) {
  return fmt::format("{} ({}, {})", one_line(attachment.name), one_line(attachment.type),
                     size_text(attachment.bytes));
}

uint64_t embedded_bytes(const AttachmentRecord& attachment) {
  if (is_image(attachment) && attachment.bytes <= max_image_bytes) return attachment.bytes * 4 / 3;
  if (is_text(attachment) && attachment.bytes <= max_text_bytes) return attachment.bytes;
  return 0;
}

EmbeddedAttachment embedded(const AttachmentRecord& attachment) {
  EmbeddedAttachment shown;
  if (embedded_bytes(attachment) == 0) return shown;
  std::string content = content_of(attachment);
  if (!is_image(attachment))
    shown.text = std::move(content);
  else if (begins_as(content, attachment.type))
    shown.image_base64 = base64_of(content);
  return shown;
}

}  // namespace e2e::host
