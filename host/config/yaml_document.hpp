#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/source_text.hpp"

namespace e2e::host {

struct YamlNode;
/// Nodes are shared where the text has aliases, and never change.
using YamlPointer = std::shared_ptr<const YamlNode>;

/// A key with its value.
struct YamlEntry {
  std::string key;
  SourceRange key_at;
  YamlPointer value;  ///< never null
};

/// A YAML value that knows where it was written. Its SourceText must outlive it.
struct YamlNode {
  enum class Kind : uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  bool is_plain = false;  ///< of a scalar: neither quoted nor a block, so it may be a number or a boolean
  SourceRange at;
  std::string text;                ///< of a scalar
  std::vector<YamlPointer> items;  ///< of a sequence
  std::vector<YamlEntry> entries;  ///< of a map, in its order; no key twice

  /// The value of that key, or null. Borrowed from this.
  [[nodiscard]] const YamlNode* find(std::string_view key) const noexcept;
};

/// Deeper nesting is an error.
inline constexpr size_t max_yaml_depth = 64;
/// More values, with every alias counted as a copy of what it stands for, are an error.
inline constexpr size_t max_yaml_nodes = 100'000;

/// Whether a document may say "*name". Programs that write documents for programs have no use for it.
enum class YamlAliases : uint8_t { allowed, refused };

/// Parses one YAML document; an empty text is a null node. Aliases and merge keys ("<<") work; tags other
/// than
/// !!str are refused. What is wrong goes to `diagnostics`: all duplicate keys and tags, and the first syntax
/// error. Null after a syntax error. Takes well under a second for any text of `max_config_bytes`.
YamlPointer parse_yaml(const SourceText& source, Diagnostics& diagnostics,
                       YamlAliases aliases = YamlAliases::allowed);

/// A tree made without a text, as for an environment variable: a map of one key.
YamlPointer yaml_map(const SourceRange& at, std::string key, YamlPointer value);
/// A plain scalar made without a text.
YamlPointer yaml_scalar(const SourceRange& at, std::string text);

/// `overlay` over `base`: maps are merged key by key, anything else of `overlay` replaces what `base` has; a
/// null in place of a map says nothing. Either may be null pointers.
YamlPointer merge_yaml(const YamlPointer& base, const YamlPointer& overlay);

/// "'abc'", "a list", "a map", "null": what a message calls the value.
std::string describe(const YamlNode& node);

}  // namespace e2e::host
