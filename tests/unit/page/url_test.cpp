#include "page/url.hpp"

#include <e2e_catch.hpp>

#include "page/exchange.hpp"

using namespace e2e::host;

namespace {

std::string joined(std::string_view base_url, std::string_view target,
                   std::vector<QueryParameter> query = {}) {
  return request_url("users", base_url, target, query);
}

std::string refusal(std::string_view base_url, std::string_view target) {
  try {
    return "accepted: " + joined(base_url, target);
  } catch (const RequestRefused& refused) {
    return refused.what();
  }
}

}  // namespace

TEST_CASE("APathIsJoinedToTheBaseWithExactlyOneSlash") {
  CHECK(joined("http://h:1", "users") == "http://h:1/users");
  CHECK(joined("http://h:1/", "users") == "http://h:1/users");
  CHECK(joined("http://h:1", "/users") == "http://h:1/users");
  CHECK(joined("http://h:1//", "//users/") == "http://h:1/users/");
  CHECK(joined("http://h:1/api", "/users") == "http://h:1/api/users");
  CHECK(joined("http://h:1/api/", "/") == "http://h:1/api/");
  CHECK(joined("http://h:1", "/a/../b") == "http://h:1/a/../b");
}

TEST_CASE("AnEmptyTargetIsTheBaseAndAQueryGoesRightBehindIt") {
  CHECK(joined("http://h:1/api", "") == "http://h:1/api");
  CHECK(joined("http://h:1/api/", "") == "http://h:1/api/");
  CHECK(joined("http://h:1/api", "?x=1") == "http://h:1/api?x=1");
  CHECK(joined("http://h:1/api", "#part") == "http://h:1/api");
}

TEST_CASE("AWholeUrlIsUsedAsItIs") {
  CHECK(joined("http://h:1/api", "http://other/x") == "http://other/x");
  CHECK(joined("", "HTTPS://other/x#part") == "HTTPS://other/x");
  CHECK(joined("http://h:1", "ftp://other/x") == "http://h:1/ftp://other/x");
  CHECK(joined("http://h:1", "http:/x") == "http://h:1/http:/x");
}

TEST_CASE("QueryParametersArePercentEncodedAndAppended") {
  CHECK(joined("http://h", "/x", {{"a", "1"}, {"b", ""}}) == "http://h/x?a=1&b=");
  CHECK(joined("http://h", "/x?y=2", {{"a", "1"}}) == "http://h/x?y=2&a=1");
  CHECK(joined("http://h", "/x?", {{"a", "1"}}) == "http://h/x?a=1");
  CHECK(joined("http://h", "/x?y&", {{"a", "1"}}) == "http://h/x?y&a=1");
  CHECK(joined("http://h", "/x#part", {{"a", "1"}}) == "http://h/x?a=1");
  CHECK(joined("http://h", "", {{"a b&=?#/+%", "\xc3\xa9\r\n-._~Z9"}}) ==
        "http://h?a%20b%26%3D%3F%23%2F%2B%25=%C3%A9%0D%0A-._~Z9");
}

TEST_CASE("WhatNoUrlMayHaveIsEncodedAndWhatIsEncodedStays") {
  CHECK(joined("http://h", "/a b/\xc3\xa9/\"<>\\^`{|}") ==
        "http://h/a%20b/%C3%A9/%22%3C%3E%5C%5E%60%7B%7C%7D");
  CHECK(joined("http://h", "/a%20b?q=[1]") == "http://h/a%20b?q=[1]");
}

TEST_CASE("ATargetWithAControlCharacterIsRefused") {
  CHECK(refusal("http://h", "/a\r\nHost: evil") ==
        "the target has a control character (0x0d) after '/a': percent-encode it");
  CHECK(refusal("http://h", std::string_view("/\0x", 3)) ==
        "the target has a control character (0x00) after '/': percent-encode it");
  CHECK(refusal("", "http://h/\x7f") ==
        "the target has a control character (0x7f) after 'http://h/': percent-encode it");
  CHECK(refusal("http://h\n", "/x") ==
        "the base_url has a control character (0x0a) after 'http://h': percent-encode it");
}

TEST_CASE("AnUnusableBaseIsRefusedWithItsService") {
  CHECK(refusal("", "/x") ==
        "service 'users' has no base_url: set services.users.base_url in e2e.conf, or use a whole URL");
  CHECK(refusal("localhost:80", "/x") ==
        "base_url 'localhost:80' of service 'users' does not begin with http:// or https://");
  CHECK(refusal("file:///etc", "/x").find("does not begin with http://") != std::string::npos);
  CHECK(refusal("http://", "/x") == "base_url 'http://' of service 'users' names no host");
  CHECK(refusal("http://h?x=1", "/x") ==
        "base_url 'http://h?x=1' of service 'users' has a query or a fragment: leave it out");
}

TEST_CASE("HostAndAddressAreFoundInTheUrl") {
  CHECK(host_of("http://h:80/x") == "h");
  CHECK(host_of("http://user:p@ss@h/x") == "h");
  CHECK(host_of("https://[::1]:8443/x") == "::1");
  CHECK(host_of("http://h?x") == "h");
  CHECK(host_of("http://[::1") == "::1");
  CHECK(host_of("http://") == "");
  CHECK(address_of("http://h/x") == "h:80");
  CHECK(address_of("https://h") == "h:443");
  CHECK(address_of("https://[::1]/") == "[::1]:443");
  CHECK(address_of("http://u@[::1]:81/") == "[::1]:81");
}

TEST_CASE("LoopbackHostsAreKnown") {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost", "LocalHost", "users.localhost"}) {
    CHECK(is_loopback_host(host));
  }
  for (const char* host :
       {"", "10.0.0.1", "127.evil.com", "notlocalhost", "localhost.evil.com", "1.127.0.0"}) {
    CHECK_FALSE(is_loopback_host(host));
  }
}

TEST_CASE("ARecordedUrlHasNoSecrets") {
  const std::vector<std::string> secrets = {"Token", "sid"};
  CHECK(recordable_url("http://user:pw@h/x", {}) == "http://***@h/x");
  CHECK(recordable_url("http://h/x?token=abc&a=1&SID=xyz&sid=", secrets) ==
        "http://h/x?token=***&a=1&SID=***&sid=***");
  CHECK(recordable_url("http://h/token=abc?tokens=1&b", secrets) == "http://h/token=abc?tokens=1&b");
  CHECK(recordable_url("http://h", secrets) == "http://h");
}
