#include "base/base64.hpp"

#include <string>

#include "e2e_catch.hpp"

using namespace e2e::host;

// RFC 4648, section 10.
TEST_CASE("Base64IsAsItsRfcSays") {
  CHECK(base64_of("").empty());
  CHECK(base64_of("f") == "Zg==");
  CHECK(base64_of("fo") == "Zm8=");
  CHECK(base64_of("foo") == "Zm9v");
  CHECK(base64_of("foob") == "Zm9vYg==");
  CHECK(base64_of("fooba") == "Zm9vYmE=");
  CHECK(base64_of("foobar") == "Zm9vYmFy");
  CHECK(base64_of(std::string("\xFF\xEF\x00", 3)) == "/+8A");
}
