#include "pack/signature.hpp"

#include <sys/stat.h>

#include <e2e_catch.hpp>
#include <string>

#include "made_pack.hpp"
#include "pack/archive.hpp"
#include "pack/trust.hpp"

using namespace e2e::host;
using namespace e2e_test;

TEST_CASE("ASignatureIsOneKeysForOneText") {
  const SigningKey key = SigningKey::generate(), other = SigningKey::generate();
  const std::string signature = sign_manifest("text", key);
  CHECK(key_id_in(signature) == key_id_of(key.public_key));
  CHECK(is_signature_of(signature, "text", key.public_key));
  CHECK_FALSE(is_signature_of(signature, "texT", key.public_key));
  CHECK_FALSE(is_signature_of(signature, "text", other.public_key));
  CHECK_FALSE(is_signature_of(sign_manifest("text", other), "text", key.public_key));
  for (size_t at = 0; at < signature.size(); ++at) {
    std::string changed = signature;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    INFO(at);
    // The last letter of base64 holds bits that count for nothing, and are refused all the same.
    CHECK_FALSE(is_signature_of(changed, "text", key.public_key));
  }
  for (const std::string& bad :
       {std::string(), std::string("e2e-signature-1:"), signature + "x", signature.substr(0, 60)})
    CHECK_FALSE(is_signature_of(bad, "text", key.public_key));
  CHECK_THROWS_AS(key_id_in("hello"), PackError);
}

TEST_CASE("KeysAreWrittenForTheirOwnerAlone") {
  const TemporaryFolder folder;
  const SigningKey key = SigningKey::generate();
  const auto file = folder.path / "key";
  write_signing_key(file, key);
  CHECK(read_signing_key(file).secret == key.secret);
  CHECK(read_signing_key(file).public_key == key.public_key);
  CHECK_THROWS_AS(write_signing_key(file, key), PackError);
  ::chmod(file.c_str(), 0644);
  CHECK_THROWS_WITH(read_signing_key(file), Catch::Contains("can be read by others"));
  CHECK(read_public_key(" " + public_key_text(key.public_key) + "\n") == key.public_key);
  for (const char* bad : {"", "abc", "e2e-public-key-1:", "e2e-public-key-1:AAAA", "e2e-secret-key-1:AAAA"})
    CHECK_THROWS_AS(read_public_key(bad), PackError);
}

TEST_CASE("TrustIsKeptByPublisher") {
  const TemporaryFolder folder;
  const auto file = folder.path / "new" / "trusted-keys";
  CHECK(read_trust(file).empty());
  const std::vector<TrustedKey> keys = {{"shop", SigningKey::generate().public_key},
                                        {"bank", SigningKey::generate().public_key}};
  write_trust(file, keys);
  CHECK(read_trust(file) == keys);
  CHECK(find_key(keys, key_id_of(keys[1].public_key))->publisher == "bank");
  CHECK(parse_trust(trust_text(keys), "keys") == keys);
  CHECK(find_key(keys, "0000000000000000") == nullptr);
  std::ofstream(file, std::ios::app) << "\n# a comment\nbank nonsense\n";
  CHECK_THROWS_WITH(read_trust(file), Catch::Contains(":6: is no public key"));
}
