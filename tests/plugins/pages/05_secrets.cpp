// A secret that a test lets slip wherever it can.
#include <unistd.h>
#include <e2e/e2e.hpp>

#include <cstdio>
#include <cstdlib>

E2E_TEST(lets_slip, e2e::Page& page) {
  const char* const planted = std::getenv("PLANTED");
  E2E_REQUIRE(planted != nullptr);
  const std::string value(planted);
  const std::string own = e2e::secret("own/secret+" + value.substr(0, 4));
  page.post("/echo?key=" + value, e2e::json_body({{"password", value}, {"own", own}}),
            e2e::header("X-Own", value));
  page.post("/echo", e2e::form({{"own", own}}), e2e::bearer("bearer-" + own));
  page.get("/flaky", e2e::query({{"name", value}, {"fails", 0}, {"status", 500}}), e2e::basic("user", value));
  // In two writes, with time for the host to see the first.
  const std::string half = value.substr(0, value.size() / 2);
  std::printf("printed: ");
  std::fflush(stdout);
  static_cast<void>(!::write(1, half.data(), half.size()));
  ::usleep(100000);
  static_cast<void>(!::write(1, value.data() + half.size(), value.size() - half.size()));
  std::printf(" and %s\n", own.c_str());
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", own.c_str());
  for (int i = 0; i < 20000; ++i)
    std::printf("%s and some more\n", value.c_str());  // more than is kept in memory
  e2e::note("the note has " + value);
  e2e::step("a step with " + value, [&] { E2E_CHECK(own == value); });
  e2e::fail("failed with " + value + " and " + own);
}
