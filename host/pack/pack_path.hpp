#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// The longest path of a file in a pack, in bytes, and the deepest, in parts.
inline constexpr size_t max_pack_path_bytes = 512;
inline constexpr size_t max_pack_path_parts = 16;

/// Why a pack can't have a file of that path, in words that go behind it ("leads out of the pack"); empty: it
/// can. A path is relative, of parts between '/' that are neither empty nor "." nor "..", in UTF-8, without
/// control characters, backslashes and direction marks.
std::string pack_path_problem(std::string_view path);

/// Why a pack can't have that id, version or publisher; empty: it can. 1 to 64 letters, digits, '.', '_', '-'
/// and '+', the first a letter or digit, and no ".." in it: it becomes a part of file names.
std::string pack_word_problem(std::string_view word);

/// Less than 0 if version `a` is older than `b`, 0 if neither is, else more: by the rules of
/// https://semver.org, for any number of parts. Of the parts between dots, two numbers go by value, a number
/// behind any other text ("1.0.rc1" is before "1.0.0"); what has something behind a '-' is older than the
/// same without; what is behind a '+' does not count.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace e2e::host
