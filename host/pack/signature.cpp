#include "pack/signature.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "pack/archive.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view kPublicPrefix = "e2e-public-key-1:";
constexpr std::string_view kSecretPrefix = "e2e-secret-key-1:";
constexpr std::string_view kSignaturePrefix = "e2e-signature-1:";
/// In front of what is signed, so that a signature means nothing anywhere else.
constexpr std::string_view kDomain = "e2e-host pack manifest 1\n";
constexpr size_t kMostKeyBytes = 4096;

void start_sodium() {
  if (sodium_init() < 0) throw PackError("libsodium can't be used: it finds no random numbers");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // its NUL
  return text;
}

/// The bytes of base64 text; empty where it is not, or not of that many bytes.
std::string from_base64(std::string_view text, size_t size) {
  std::string bytes(size, '\0');
  size_t length = 0;
  const char* end = nullptr;
  const bool is_base64 =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL) == 0;
  return is_base64 && length == size && end == text.data() + text.size() ? bytes : std::string();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string signed_text(std::string_view manifest) { return std::string(kDomain).append(manifest); }

/// "e2e-signature-1:KEYID:BASE64\n", in its two parts.
bool split_signature(std::string_view text, std::string_view& key_id, std::string_view& signature) {
  if (!text.starts_with(kSignaturePrefix) || !text.ends_with('\n')) return false;
  text.remove_prefix(kSignaturePrefix.size());
  text.remove_suffix(1);
  const size_t colon = text.find(':');
  if (colon != 16) return false;
  key_id = text.substr(0, colon);
  signature = text.substr(colon + 1);
  return key_id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

SigningKey SigningKey::generate() {
  start_sodium();
  SigningKey key{std::string(crypto_sign_SECRETKEYBYTES, '\0'),
                 std::string(crypto_sign_PUBLICKEYBYTES, '\0')};
  crypto_sign_keypair(reinterpret_cast<unsigned char*>(key.public_key.data()),
                      reinterpret_cast<unsigned char*>(key.secret.data()));
  return key;
}

std::string key_id_of(std::string_view public_key) { return sha256_digits(public_key).substr(0, 16); }

std::string public_key_text(std::string_view public_key) {
  return std::string(kPublicPrefix) + base64(public_key);
}

std::string read_public_key(std::string_view text) {
  text = trimmed(text);
  std::string key;
  if (text.starts_with(kPublicPrefix))
    key = from_base64(text.substr(kPublicPrefix.size()), crypto_sign_PUBLICKEYBYTES);
  if (key.empty())
    throw PackError(
        fmt::format("is no public key: one begins with '{}', as `pack keygen` prints it", kPublicPrefix));
  return key;
}

void write_signing_key(const std::filesystem::path& file, const SigningKey& key) {
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) throw PackError(fmt::format("can't be made: {}", std::strerror(errno)));
  const std::string text = std::string(kSecretPrefix) + base64(key.secret) + "\n";
  if (!write_all(fd.get(), text.data(), text.size()))
    throw PackError(fmt::format("can't be written: {}", std::strerror(errno)));
}

SigningKey read_signing_key(const std::filesystem::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    throw PackError(fmt::format("can't be read: {}", std::strerror(errno)));
  if (!S_ISREG(status.st_mode)) throw PackError("is no regular file");
  if (status.st_mode & 077)
    throw PackError(
        "can be read by others than its owner: chmod 600 it, and if they may have read it, make a new one");
  std::string text(kMostKeyBytes, '\0');
  const ssize_t count = ::read(fd.get(), text.data(), text.size());
  if (count < 0) throw PackError(fmt::format("can't be read: {}", std::strerror(errno)));
  const std::string_view line = trimmed(std::string_view(text).substr(0, static_cast<size_t>(count)));
  SigningKey key;
  if (line.starts_with(kSecretPrefix))
    key.secret = from_base64(line.substr(kSecretPrefix.size()), crypto_sign_SECRETKEYBYTES);
  if (key.secret.empty()) throw PackError("is no secret key, as `pack keygen` writes it");
  start_sodium();
  key.public_key.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_ed25519_sk_to_pk(reinterpret_cast<unsigned char*>(key.public_key.data()), bytes_of(key.secret));
  return key;
}

std::string sign_manifest(std::string_view manifest, const SigningKey& key) {
  start_sodium();
  const std::string text = signed_text(manifest);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes_of(text),
                       text.size(), bytes_of(key.secret));
  return fmt::format("{}{}:{}\n", kSignaturePrefix, key_id_of(key.public_key), base64(signature));
}

std::string key_id_in(std::string_view signature) {
  std::string_view key_id, ignored;
  if (!split_signature(signature, key_id, ignored)) throw PackError("manifest.sig: is no signature");
  return std::string(key_id);
}

bool is_signature_of(std::string_view signature, std::string_view manifest, std::string_view public_key) {
  start_sodium();
  std::string_view key_id, encoded;
  if (!split_signature(signature, key_id, encoded) || key_id != key_id_of(public_key) ||
      public_key.size() != crypto_sign_PUBLICKEYBYTES)
    return false;
  const std::string raw = from_base64(encoded, crypto_sign_BYTES);
  const std::string text = signed_text(manifest);
  return !raw.empty() &&
         crypto_sign_verify_detached(bytes_of(raw), bytes_of(text), text.size(), bytes_of(public_key)) == 0;
}

}  // namespace e2e::host
