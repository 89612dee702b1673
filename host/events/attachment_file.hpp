#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// Where a run keeps an attachment of that content and media type, below its folder:
/// "attachments/SHA256.png". The ending is that of a few types that viewers show without running anything;
/// all others end in .txt or .bin, so that nobody's browser takes a stored page for one.
std::string attachment_file(std::string_view sha256, std::string_view type);

/// Whether `file` is a name that attachment_file() makes of that hash, for whatever type.
bool is_attachment_file(std::string_view file, std::string_view sha256);
/// Whether it is one of whatever hash.
bool is_attachment_file(std::string_view file);
/// The hash in a name that is_attachment_file().
std::string_view sha256_of_attachment_file(std::string_view file);
/// The media type that its ending says: what a viewer may take it for.
std::string_view type_of_attachment_file(std::string_view file);

/// The name with nothing in it that leads to another folder, ends a line or reorders what is shown, of at
/// most 200 bytes: a file may be called so. Never empty.
std::string attachment_name(std::string_view name);

/// The media type without parameters, in lower case; application/octet-stream where it is none.
std::string attachment_type(std::string_view type);

}  // namespace e2e::host
