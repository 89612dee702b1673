#include "report/attachment_content.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "events/attachment_file.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr uint64_t max_image_bytes = 256u << 10;
constexpr uint64_t max_text_bytes = 64u << 10;
constexpr uint64_t max_body_bytes = 16u << 20;

bool is_image(const AttachmentRecord& attachment) {
  return attachment.type == "image/png" || attachment.type == "image/jpeg";
}

bool is_text(const AttachmentRecord& attachment) {
  return attachment.type.starts_with("text/") || attachment.type == "application/json";
}

/// What the file has, if its content is the one that it had, of at most `max_bytes`; else empty.
std::string content_of(const std::string& path, std::string_view sha256, uint64_t max_bytes) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto bytes = static_cast<uint64_t>(status.st_size);
  if (bytes > max_bytes) return {};
  std::string content(bytes + 1, '\0');
  size_t size = 0;
  for (ssize_t n = 1; n > 0 && size < content.size(); size += static_cast<size_t>(n)) {
    n = ::read(file.get(), content.data() + size, content.size() - size);
    if (n < 0) return {};
  }
  content.resize(size);
  return sha256_digits(content) == sha256 ? content : std::string();
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

std::string body_content(const std::string& folder, const std::string& file) {
  if (folder.empty() || !is_attachment_file(file)) return {};
  return content_of(folder + "/" + file, sha256_of_attachment_file(file), max_body_bytes);
}

uint64_t embedded_bytes(const AttachmentRecord& attachment) {
  if (is_image(attachment) && attachment.bytes <= max_image_bytes) return attachment.bytes * 4 / 3;
  if (is_text(attachment) && attachment.bytes <= max_text_bytes) return attachment.bytes;
  return 0;
}

EmbeddedAttachment embedded(const AttachmentRecord& attachment) {
  EmbeddedAttachment shown;
  if (embedded_bytes(attachment) == 0) return shown;
  std::string content = content_of(attachment_path(attachment), attachment.sha256, attachment.bytes);
  if (!is_image(attachment))
    shown.text = std::move(content);
  else if (begins_as(content, attachment.type))
    shown.image_base64 = base64_of(content);
  return shown;
}

}  // namespace e2e::host
