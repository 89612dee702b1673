#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A public key that this user takes for a publisher's.
struct TrustedKey {
  std::string publisher;   ///< without pack_word_problem()
  std::string public_key;  ///< 32 bytes

  bool operator==(const TrustedKey&) const = default;
};

/// Where a user's trusted keys are: $XDG_CONFIG_HOME/e2e/trusted-keys, else ~/.config/e2e/trusted-keys.
/// Throws PackError where neither variable is set.
std::filesystem::path trust_file();

/// The keys of that file, in its order: a line each of a publisher and a public_key_text(), '#' begins a
/// comment. A file that is not there has none. Throws PackError with the line of what is wrong: what can't be
/// read must not be taken for less trust.
std::vector<TrustedKey> read_trust(const std::filesystem::path& file);

/// The keys of such a text; `name` is what an error calls it. Throws PackError.
std::vector<TrustedKey> parse_trust(const std::string& text, std::string_view name);

/// The text that parse_trust() reads as these.
std::string trust_text(const std::vector<TrustedKey>& keys);

/// Writes them in place of what is there: a new file is renamed over it. Throws PackError.
void write_trust(const std::filesystem::path& file, const std::vector<TrustedKey>& keys);

/// The key of that id, or null. Borrowed from `keys`.
const TrustedKey* find_key(const std::vector<TrustedKey>& keys, std::string_view key_id);

}  // namespace e2e::host
