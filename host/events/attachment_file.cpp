#include "events/attachment_file.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view attachments_folder = "attachments/";
constexpr size_t sha256_digits_count = 64;
constexpr size_t max_name_bytes = 200, max_type_bytes = 100;

constexpr std::pair<std::string_view, std::string_view> endings_of_types[] = {
    {"image/png", ".png"},       {"image/jpeg", ".jpg"},        {"image/gif", ".gif"},
    {"image/webp", ".webp"},     {"application/json", ".json"}, {"application/pdf", ".pdf"},
    {"application/zip", ".zip"}, {"application/gzip", ".gz"},   {"text/csv", ".csv"},
    {"video/mp4", ".mp4"},       {"video/webm", ".webm"}};

std::string_view ending_of(std::string_view type) {
  for (const auto& [known, ending] : endings_of_types)
    if (known == type) return ending;
  return type.starts_with("text/") ? ".txt" : ".bin";
}

bool is_digit_of_hash(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// A character of a token: RFC 9110, section 5.6.2.
bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

}  // namespace

std::string attachment_file(std::string_view sha256, std::string_view type) {
  return std::string(attachments_folder).append(sha256).append(ending_of(type));
}

bool is_attachment_file(std::string_view file, std::string_view sha256) {
  if (sha256.size() != sha256_digits_count || !std::all_of(sha256.begin(), sha256.end(), is_digit_of_hash) ||
      !file.starts_with(attachments_folder))
    return false;
  file.remove_prefix(attachments_folder.size());
  if (!file.starts_with(sha256)) return false;
  file.remove_prefix(sha256.size());
  return file == ".txt" || file == ".bin" ||
         std::any_of(std::begin(endings_of_types), std::end(endings_of_types),
                     [file](const auto& known) { return known.second == file; });
}

bool is_attachment_file(std::string_view file) {
  return file.size() > attachments_folder.size() + sha256_digits_count &&
         is_attachment_file(file, sha256_of_attachment_file(file));
}

std::string_view sha256_of_attachment_file(std::string_view file) {
  return file.substr(attachments_folder.size(), sha256_digits_count);
}

std::string_view type_of_attachment_file(std::string_view file) {
  for (const auto& [type, ending] : endings_of_types)
    if (file.ends_with(ending)) return type;
  return file.ends_with(".txt") ? "text/plain" : "application/octet-stream";
}

std::string attachment_name(std::string_view name) {
  std::string kept;
  std::string_view rest = name.substr(0, max_name_bytes);
  if (rest.size() < name.size()) rest.remove_suffix(utf8_cut_length(rest));
  while (!rest.empty()) {
    const size_t length = utf8_length(rest);
    const std::string_view character = rest.substr(0, std::max<size_t>(length, 1));
    const bool is_safe = length > 0 && character != "/" && character != "\\" && character != "\n" &&
                         character != "\t" && printable(character) == character;
    kept += is_safe ? character : "_";
    rest.remove_prefix(character.size());
  }
  const size_t start = kept.find_first_not_of(". ");
  return start == kept.npos ? "attachment" : kept.substr(start);
}

std::string attachment_type(std::string_view type) {
  std::string kept(type.substr(0, std::min(type.find(';'), type.size())));
  while (kept.ends_with(' ')) kept.pop_back();
  std::transform(kept.begin(), kept.end(), kept.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const size_t slash = kept.find('/');
  const bool is_type = kept.size() <= max_type_bytes && slash != kept.npos &&
                       is_token(std::string_view(kept).substr(0, slash)) &&
                       is_token(std::string_view(kept).substr(slash + 1));
  return is_type ? kept : "application/octet-stream";
}

}  // namespace e2e::host
