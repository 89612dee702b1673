#include "page/retry_after.hpp"

#include "e2e_catch.hpp"

using e2e::host::retry_after_ms;

namespace {

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples, and half a second.
constexpr int64_t now_ns = 784'111'777'500'000'000;
constexpr int64_t week_ms = 7LL * 24 * 3600 * 1000;

}  // namespace

TEST_CASE("RetryAfterIsANumberOfSeconds", "[retry_after]") {
  CHECK(retry_after_ms("0", now_ns) == 0);
  CHECK(retry_after_ms("120", now_ns) == 120'000);
  CHECK(retry_after_ms(" 3\t", now_ns) == 3'000);
  CHECK(retry_after_ms("99999999999999999999999999", now_ns) == week_ms);
  CHECK(retry_after_ms("999999999", now_ns) == week_ms);
}

TEST_CASE("RetryAfterIsADateInAnyFormThatHttpHasHad", "[retry_after]") {
  CHECK(retry_after_ms("Sun, 06 Nov 1994 08:49:40 GMT", now_ns) == 2'500);
  CHECK(retry_after_ms("Sunday, 06-Nov-94 08:49:40 GMT", now_ns) == 2'500);
  CHECK(retry_after_ms("Sun Nov  6 08:49:40 1994", now_ns) == 2'500);
  CHECK(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", now_ns) == 0);
  CHECK(retry_after_ms("Thu, 01 Jan 1970 00:00:00 GMT", now_ns) == 0);
  CHECK(retry_after_ms("Fri, 31 Dec 9999 23:59:59 GMT", now_ns) == week_ms - 500);
}

TEST_CASE("RetryAfterThatIsNeitherSaysNothing", "[retry_after]") {
  for (const char* value : {"", " ", "soon", "-1", "1.5", "3 seconds", "Sun, 66 Nov 1994 08:49:40 GMT"}) {
    INFO(value);
    CHECK_FALSE(retry_after_ms(value, now_ns));
  }
  CHECK_FALSE(retry_after_ms(std::string(1 << 20, 'x'), now_ns));
}
