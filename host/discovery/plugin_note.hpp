// What a plugin says of itself in its .note.e2e (see E2E_NOTE_NAME in e2e/abi.h).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace e2e::host {

/// A version of the plugin ABI, as "1.0".
struct AbiVersion {
  std::uint16_t major = 0;
  std::uint16_t minor = 0;

  std::string text() const;
  auto operator<=>(const AbiVersion&) const = default;
};

/// The checked fields of a note. All text is well-formed UTF-8 without control characters.
struct PluginNote {
  AbiVersion abi;         ///< the lowest the plugin can do with
  std::string id;         ///< [A-Za-z0-9._-]{1,64}
  std::string service;    ///< as id, or "*" for any
  std::string version;    ///< this and the following are empty if the note lacks them
  std::string sdk;        ///< version of the SDK it was built with
  std::string cxx;        ///< compiler
  std::string stdlib;     ///< C++ standard library
  std::string sanitizer;  ///< "address", "address,undefined", "thread", ...; "none" or empty: none
  std::vector<std::pair<std::string, std::string>> other;  ///< keys unknown to this host, in order

  bool operator==(const PluginNote&) const = default;
};

/// Why a note could not be used.
struct PluginNoteError {
  std::string sentence;           ///< lower case, without the path: "its e2e note has no 'id'; ..."
  std::optional<AbiVersion> abi;  ///< set if the note says it, whatever else is wrong
};

/// Parses the descriptor of a note: lines key=value, each ended by a newline, in any order. `abi`, `id` and
/// `service` must be there. Keys are [a-z0-9_.-]{1,64} and appear once; values are at most 4096 bytes; there
/// are at most 256 lines.
std::variant<PluginNote, PluginNoteError> parse_plugin_note(std::string_view descriptor);

}  // namespace e2e::host
