#include "base/secret_values.hpp"

#include <e2e_catch.hpp>

using e2e::host::SecretValues;

namespace {

SecretValues secrets_of(std::string_view value) {
  SecretValues secrets;
  CHECK(secrets.add(value));
  return secrets;
}

}  // namespace

TEST_CASE("ASecretIsTakenOutInEachForm", "[secret_values]") {
  const SecretValues secrets = secrets_of("s3cr\"t /x");
  CHECK(secrets.scrubbed("a s3cr\"t /x b s3cr\"t /x") == "a *** b ***");
  CHECK(secrets.scrubbed(R"({"k":"s3cr\"t /x"})") == R"({"k":"***"})");
  CHECK(secrets.scrubbed("?k=s3cr%22t%20%2Fx&l=s3cr%22t+%2fx") == "?k=***&l=***");
  CHECK(secrets.scrubbed("nothing") == "nothing");
}

TEST_CASE("ASecretIsFoundInBase64WhereverItBegins", "[secret_values]") {
  const SecretValues secrets = secrets_of("hunter22!");
  CHECK(secrets.scrubbed("aHVudGVyMjIh") == "***");                                   // alone
  CHECK(secrets.scrubbed("YWRhOmh1bnRlcjIyIQ==").find("MjIy") == std::string::npos);  // ada:hunter22!
  CHECK(secrets.scrubbed("YTpodW50ZXIyMiE=").find("W50ZXIy") == std::string::npos);   // a:hunter22!
  CHECK(secrets.scrubbed("YWJodW50ZXIyMiFj").find("W50ZXIy") == std::string::npos);   // abhunter22!c
}

TEST_CASE("WhatIsTooShortTooLongOrKnownIsNotAdded", "[secret_values]") {
  SecretValues secrets;
  CHECK_FALSE(secrets.add("abc"));
  CHECK_FALSE(secrets.add(""));
  CHECK_FALSE(secrets.add(std::string(SecretValues::max_bytes + 1, 'x')));
  CHECK(secrets.is_empty());
  CHECK(secrets.add("abcd"));
  CHECK_FALSE(secrets.add("abcd"));
  for (size_t i = 1; i < SecretValues::max_count; ++i) REQUIRE(secrets.add("value" + std::to_string(i)));
  CHECK_FALSE(secrets.add("one too many"));
}

TEST_CASE("TheLongerOfTwoSecretsIsTakenOutWhole", "[secret_values]") {
  SecretValues secrets;
  secrets.add("token");
  secrets.add("token-and-more");
  CHECK(secrets.scrubbed("a token-and-more b") == "a *** b");
}

TEST_CASE("AWholeSecretWhoseEndIsABeginningTooIsNotCutInTwo", "[secret_values]") {
  const SecretValues secrets = secrets_of("abcXabc");
  CHECK(secrets.cut_length("an abcXabc") == 0);
  CHECK(secrets.cut_length("an abcXabcXa") == 2);
  CHECK(secrets.cut_length("an abcXab") == 6);
  CHECK(secrets.cut_length("an abcXabc and ab") == 2);
}

TEST_CASE("ABeginningOfASecretAtTheEndIsSeen", "[secret_values]") {
  const SecretValues secrets = secrets_of("secret");
  CHECK(secrets.cut_length("my sec") == 3);
  CHECK(secrets.cut_length("my secre") == 5);
  CHECK(secrets.cut_length("my secret") == 0);
  CHECK(secrets.cut_length("") == 0);
  CHECK(SecretValues().cut_length("anything") == 0);
}
