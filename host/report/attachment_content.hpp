#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "events/event.hpp"

namespace e2e::host {

/// Where the attachment's file is; in the run's folder, if that is not known.
std::string attachment_path(const AttachmentRecord& attachment);

/// "page.png (image/png, 12.3 KiB)", as one line that a terminal may show.
std::string attachment_label(const AttachmentRecord& attachment);

/// The whole body that the run in `folder` keeps as `file`. Empty: it is not there, is another one by now, or
/// has more than 16 MiB.
std::string body_content(const std::string& folder, const std::string& file);

/// How much of it a page has in itself: of images and texts that are small, all; of others nothing.
uint64_t embedded_bytes(const AttachmentRecord& attachment);

/// An attachment as a page can show it without another file. At most one is not empty.
struct EmbeddedAttachment {
  std::string image_base64;
  std::string text;
};
/// Both are empty where it is not embedded, its file is not there or is another one by now, or an image is
/// none.
EmbeddedAttachment embedded(const AttachmentRecord& attachment);

}  // namespace e2e::host
