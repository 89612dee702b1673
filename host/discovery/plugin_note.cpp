#include "discovery/plugin_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "discovery/elf_text.hpp"

namespace e2e::host {
namespace {

constexpr std::size_t kMaxLines = 256;
constexpr std::size_t kMaxKeyBytes = 64;
constexpr std::size_t kMaxValueBytes = 4096;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxShownBytes = 80;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKeyBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (is_letter_or_digit(c) && !(c >= 'A' && c <= 'Z')) || c == '.' || c == '_' || c == '-';
  });
}

std::string shown(std::string_view text) {
  return printable_line(text.substr(0, kMaxShownBytes)) + (text.size() > kMaxShownBytes ? "..." : "");
}

std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<AbiVersion> parse_abi(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = parse_number(text.substr(0, dot));
  const auto minor = parse_number(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return AbiVersion{*major, *minor};
}

using Lines = std::vector<std::pair<std::string, std::string>>;

/// Splits the descriptor into `lines`; a sentence if it can't be.
std::optional<std::string> split_lines(std::string_view descriptor, Lines& lines) {
  while (!descriptor.empty()) {
    const std::size_t number = lines.size() + 1;
    if (number > kMaxLines) return fmt::format("its e2e note has more than {} lines", kMaxLines);
    const std::size_t end = descriptor.find('\n');
    if (end == std::string_view::npos) return fmt::format("line {} of its e2e note has no end", number);
    const std::string_view line = descriptor.substr(0, end);
    descriptor.remove_prefix(end + 1);

    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || !is_key(line.substr(0, equals))) {
      return fmt::format("line {} of its e2e note is not key=value: '{}'", number, shown(line));
    }
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (value.size() > kMaxValueBytes) {
      return fmt::format("'{}' in its e2e note is longer than {} bytes", key, kMaxValueBytes);
    }
    if (!is_plain_line(value)) {
      return fmt::format("'{}' in its e2e note is not plain UTF-8 text: '{}'", key, shown(value));
    }
    lines.emplace_back(key, value);
  }
  return std::nullopt;
}

std::optional<std::string> check_lines(const Lines& lines) {
  std::map<std::string_view, std::string_view> values;
  for (const auto& [key, value] : lines) {
    if (!values.emplace(key, value).second) return fmt::format("its e2e note has '{}' twice", key);
  }
  for (const char* key : {"abi", "id", "service"}) {
    if (!values.contains(key)) return fmt::format("its e2e note has no '{}'", key);
  }
  if (!parse_abi(values["abi"])) {
    return fmt::format("'abi' in its e2e note is '{}', not a version like 1.0", shown(values["abi"]));
  }
  if (!is_name(values["id"])) {
    return fmt::format("'id' in its e2e note is '{}', not 1 to {} of A-Z a-z 0-9 . _ -", shown(values["id"]),
                       kMaxNameBytes);
  }
  if (values["service"] != "*" && !is_name(values["service"])) {
    return fmt::format("'service' in its e2e note is '{}', neither * nor 1 to {} of A-Z a-z 0-9 . _ -",
                       shown(values["service"]), kMaxNameBytes);
  }
  return std::nullopt;
}

std::string* field_of(PluginNote& note, std::string_view key) {
  if (key == "id") return &note.id;
  if (key == "service") return &note.service;
  if (key == "version") return &note.version;
  if (key == "sdk") return &note.sdk;
  if (key == "cxx") return &note.cxx;
  if (key == "stdlib") return &note.stdlib;
  if (key == "sanitizer") return &note.sanitizer;
  return nullptr;
}

}  // namespace

std::string AbiVersion::text() const { return fmt::format("{}.{}", major, minor); }

std::variant<PluginNote, PluginNoteError> parse_plugin_note(std::string_view descriptor) {
  Lines lines;
  auto problem = split_lines(descriptor, lines);
  if (!problem) problem = check_lines(lines);
  if (problem) {
    PluginNoteError error{std::move(*problem), std::nullopt};
    for (const auto& [key, value] : lines) {
      if (key == "abi" && !error.abi) error.abi = parse_abi(value);
    }
    return error;
  }

  PluginNote note;
  for (auto& [key, value] : lines) {
    if (key == "abi") {
      note.abi = parse_abi(value).value();
    } else if (std::string* field = field_of(note, key)) {
      *field = std::move(value);
    } else {
      note.other.emplace_back(std::move(key), std::move(value));
    }
  }
  return note;
}

}  // namespace e2e::host
