#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace e2e::host {

/// A key pair for Ed25519 (RFC 8032), as libsodium makes it.
struct SigningKey {
  std::string secret;      ///< 64 bytes
  std::string public_key;  ///< 32 bytes

  static SigningKey generate();
};

/// 16 hexadecimal digits that name a public key: the first half of its SHA-256.
std::string key_id_of(std::string_view public_key);

/// A public key as people hand it on: "e2e-public-key-1:" and base64.
std::string public_key_text(std::string_view public_key);
/// The 32 bytes of such a text, blanks around it allowed. Throws PackError.
std::string read_public_key(std::string_view text);

/// Writes the secret key to a new file that only its owner can read. Throws PackError, as where there is one.
void write_signing_key(const std::filesystem::path& file, const SigningKey& key);
/// Throws PackError, also where others than the owner can read the file.
SigningKey read_signing_key(const std::filesystem::path& file);

/// What manifest.sig holds for a manifest's bytes: the key's id and the signature.
std::string sign_manifest(std::string_view manifest, const SigningKey& key);

/// The id of the key that a manifest.sig names; nothing of it is checked yet. Throws PackError where it is
/// none.
std::string key_id_in(std::string_view signature);

/// Whether that manifest.sig is the key's for these bytes.
bool is_signature_of(std::string_view signature, std::string_view manifest, std::string_view public_key);

}  // namespace e2e::host
