#include "base/sha256.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("Sha256OfTheStandardsExamples") {
  // FIPS 180-4's examples, as NIST publishes them.
  CHECK(sha256_digits("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_digits("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_digits("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_digits(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("Sha256IsTheSameInAnyPieces") {
  const std::string text(1000, 'x');
  for (size_t piece : {1u, 7u, 55u, 56u, 63u, 64u, 65u, 128u}) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += piece) hash.add(std::string_view(text).substr(at, piece));
    CHECK(hash.digits() == sha256_digits(text));
  }
}
