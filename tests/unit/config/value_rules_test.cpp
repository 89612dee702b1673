#include "config/value_rules.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("BaseUrlNeedsSchemeAndHost") {
  for (const char* good : {"http://a", "https://a.example:8443/api/v1", "http://127.0.0.1:8080",
                           "http://[::1]:80/", "http://user:pass@host", "http://legacy_api:1",
                           "http://b\xC3\xBC"
                           "cher.example"})
    CHECK(base_url_problem(good) == "");
  for (const char* other : {"", "localhost:80", "ftp://a", "HTTP//a"})
    CHECK(base_url_problem(other) == "must start with http:// or https://");
  for (const char* hostless :
       {"http://", "http:///path", "http://:80", "http://a,b", "http://[]", "http://[x]"})
    CHECK(base_url_problem(hostless) == "must name a host: http://HOST[:PORT][/PATH]");
  for (const char* port :
       {"http://a:", "http://a:0", "http://a:65536", "http://a:8o", "http://[::1]:x", "http://a:-1"})
    CHECK(base_url_problem(port) == "must have a port from 1 to 65535 after the host's ':'");
  CHECK(base_url_problem("http://a?x") == "must have no query and no fragment");
  CHECK(base_url_problem("http://a/#x") == "must have no query and no fragment");
  CHECK(base_url_problem("http://a b") == "must have no blanks or control characters");
  CHECK(base_url_problem("http://a\r\nb") == "must have no blanks or control characters");
}

TEST_CASE("NamesAreShortAndPlain") {
  CHECK(name_problem("users-api.v2_x") == "");
  CHECK(name_problem(std::string(64, 'a')) == "");
  for (const auto& bad :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a/b"), std::string("\xC3\xBC")})
    CHECK(name_problem(bad) == "must be 1 to 64 letters, digits, '.', '_' and '-'");
}

TEST_CASE("EndpointIsAPathFromTheRoot") {
  CHECK(endpoint_problem("/health?deep=1") == "");
  CHECK(endpoint_problem("health") == "must start with '/'");
  CHECK(endpoint_problem("") == "must start with '/'");
  CHECK(endpoint_problem("/a b") == "must have no blanks or control characters");
}

TEST_CASE("HeadersCantSmuggleLines") {
  CHECK(header_name_problem("X-Request_Id.1") == "");
  CHECK(header_name_problem("") != "");
  CHECK(header_name_problem("X:Y") != "");
  CHECK(header_name_problem("X Y") != "");
  CHECK(header_value_problem("a\tb; \xC3\xBC") == "");
  CHECK(header_value_problem("a\r\nb: c") == "must have no line ends or other control characters");
  CHECK(header_value_problem(std::string("a\0b", 3)) == "must have no line ends or other control characters");
}

TEST_CASE("CredentialsAreKnownWhateverTheirCase") {
  CHECK(is_secret_header("AUTHORIZATION"));
  CHECK(is_secret_header("X-Api-Key"));
  CHECK_FALSE(is_secret_header("Accept"));
  CHECK(without_password("https://me:secret@host:1/a@b") == "https://***@host:1/a@b");
  CHECK(without_password("https://host/a@b") == "https://host/a@b");
}
