#include <array>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

enum class Color { red, green };
enum Plain { plain_zero, plain_one };
struct Streamed {
  int x;
  bool operator==(const Streamed& other) const { return x == other.x; }
};
std::ostream& operator<<(std::ostream& stream, const Streamed& value) {
  return stream << "Streamed " << value.x;
}
struct Opaque {
  bool operator==(const Opaque&) const { return false; }
};
struct Money {
  int cents;
  bool operator==(const Money& other) const { return cents == other.cents; }
};

/// The failure of one check, "actual|expected".
template <class Body>
std::string sides_of(Body body) {
  Session session;
  session.run([&](CountedPage&) { body(); });
  if (session.host.failures.size() != 1) return std::to_string(session.host.failures.size()) + " failures";
  return session.host.failures[0].actual + "|" + session.host.failures[0].expected;
}

}  // namespace

template <>
struct e2e::Printer<Money> {
  static std::string print(const Money& money) { return std::to_string(money.cents) + " cents"; }
};

TEST_CASE("CheckThatHoldsReportsNothing", "[sdk]") {
  Session session;
  const std::vector<int> three{1, 2, 3};
  const auto rc = session.run([&](CountedPage&) {
    E2E_CHECK(1 + 1 == 2);
    E2E_CHECK(three.size() == 3);
    E2E_CHECK(-1 < 1u);
    E2E_CHECK(std::int64_t{-1} != std::uint64_t{0xffffffffffffffffu});
    E2E_CHECK(std::uint8_t{200} > std::int8_t{-3});
    E2E_CHECK("abc" == std::string("abc").c_str());
    E2E_CHECK(!three.empty());
    E2E_CHECK((three.empty() || three[0] == 1));
    E2E_CHECK(std::optional<int>(4) == 4);
    E2E_REQUIRE(three == std::vector<int>{1, 2, 3});
    E2E_REQUIRE(3 >= 3);
    E2E_REQUIRE(2 <= 3);
    E2E_CHECK_THROWS(throw std::runtime_error("x"));
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.failures.empty());
}

TEST_CASE("CheckThatDoesNotHoldIsReportedWithItsPlaceAndTheTestGoesOn", "[sdk]") {
  Session session;
  int reached = 0;
  const int a = 1;
  unsigned line = 0;
  const auto rc = session.run([&](CountedPage&) {
    line = __LINE__ + 1;
    E2E_CHECK(a + 1 == 3);
    ++reached;
  });
  CHECK(rc == E2E_FAIL);
  CHECK(reached == 1);
  REQUIRE(session.host.failures.size() == 1);
  const auto& failure = session.host.failures[0];
  CHECK(failure.expression == "a + 1 == 3");
  CHECK(failure.actual == "2");
  CHECK(failure.expected == "3");
  CHECK(failure.message.empty());
  CHECK(failure.flags == E2E_FAILURE_SOFT);
  CHECK(failure.line == line);
  CHECK(failure.file.substr(failure.file.rfind('/') + 1) == "check_test.cpp");
}

TEST_CASE("RequireThatDoesNotHoldEndsTheTest", "[sdk]") {
  Session session;
  int reached = 0;
  const auto rc = session.run([&](CountedPage&) {
    E2E_REQUIRE(reached == 1);
    ++reached;
  });
  CHECK(rc == E2E_FAIL);
  CHECK(reached == 0);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].flags == 0);
}

TEST_CASE("FailedAssertionIsNotSwallowedByCatchingStdException", "[sdk]") {
  Session session;
  bool went_on = false;
  const auto rc = session.run([&](CountedPage&) {
    try {
      E2E_REQUIRE(false);
    } catch (const std::exception&) {
      went_on = true;
    }
    went_on = true;
  });
  CHECK(rc == E2E_FAIL);
  CHECK_FALSE(went_on);
}

TEST_CASE("EveryComparisonShowsBothSides", "[sdk]") {
  const int one = 1, two = 2;
  CHECK(sides_of([&] { E2E_CHECK(one == two); }) == "1|2");
  CHECK(sides_of([&] { E2E_CHECK(one != one); }) == "1|not 1");
  CHECK(sides_of([&] { E2E_CHECK(two < one); }) == "2|less than 1");
  CHECK(sides_of([&] { E2E_CHECK(two <= one); }) == "2|at most 1");
  CHECK(sides_of([&] { E2E_CHECK(one > two); }) == "1|more than 2");
  CHECK(sides_of([&] { E2E_CHECK(one >= two); }) == "1|at least 2");
  CHECK(sides_of([&] { E2E_CHECK(1u < -1); }) == "1|less than -1");
}

TEST_CASE("ValuesArePrintedByTheirKind", "[sdk]") {
  const std::string text = "a\"b\n\x01";
  CHECK(sides_of([&] { E2E_CHECK(text == "x"); }) == "\"a\\\"b\\n\\x01\"|\"x\"");
  CHECK(sides_of([&] { E2E_CHECK(true == false); }) == "true|false");
  CHECK(sides_of([&] { E2E_CHECK('a' == '\''); }) == "'a'|'\\''");
  CHECK(sides_of([&] { E2E_CHECK(0.1 == 0.25); }) == "0.1|0.25");
  CHECK(sides_of([&] { E2E_CHECK(1.0 == 1e300); }) == "1.0|1e+300");
  CHECK(sides_of([&] { E2E_CHECK(0.1f == 0.5f); }) == "0.1|0.5");
  CHECK(sides_of([&] { E2E_CHECK(0.1 + 0.2 == 0.3); }) == "0.30000000000000004|0.3");
  CHECK(sides_of([&] { E2E_CHECK(Color::green == Color::red); }) ==
        "(anonymous namespace)::Color(1)|"
        "(anonymous namespace)::Color(0)");
  CHECK(sides_of([&] { E2E_CHECK(plain_one == plain_zero); }) ==
        "(anonymous namespace)::Plain(1)|"
        "(anonymous namespace)::Plain(0)");
  CHECK(sides_of([&] { E2E_CHECK(std::optional<int>() == 3); }) == "nullopt|3");
  CHECK(sides_of([&] { E2E_CHECK(std::optional<int>(5) == std::nullopt); }).substr(0, 2) == "5|");
  CHECK(sides_of([&] { E2E_CHECK(std::vector<int>{1, 2} == std::vector<int>{}); }) == "[1, 2]|[]");
  CHECK(sides_of([&] { E2E_CHECK(std::vector<bool>{true} == std::vector<bool>{false}); }) ==
        "[true]|[false]");
  CHECK(sides_of([&] {
          E2E_CHECK(std::map<std::string, int>{{"a", 1}} == std::map<std::string, int>{});
        }) == "[{\"a\", 1}]|[]");
  CHECK(sides_of([&] { E2E_CHECK(Streamed{1} == Streamed{2}); }) == "Streamed 1|Streamed 2");
  CHECK(sides_of([&] { E2E_CHECK(Money{1} == Money{2}); }) == "1 cents|2 cents");
  CHECK(sides_of([&] { E2E_CHECK(Opaque{} == Opaque{}); }) ==
        "{(anonymous namespace)::Opaque}|"
        "{(anonymous namespace)::Opaque}");
  const char* const null = nullptr;
  CHECK(sides_of([&] { E2E_CHECK(null == "x"); }) == "nullptr|\"x\"");
  const int* const pointer = nullptr;
  CHECK(sides_of([&] { E2E_CHECK(pointer != nullptr); }) == "nullptr|not nullptr");
  CHECK(sides_of([&] { E2E_CHECK(std::numeric_limits<std::uint64_t>::max() == -1); }) ==
        "18446744073709551615|-1");
}

TEST_CASE("LongListIsCutAfterAHundredElements", "[sdk]") {
  const std::vector<int> many(1000, 7);
  const std::string sides = sides_of([&] { E2E_CHECK(many == std::vector<int>{}); });
  CHECK(sides.find("... 900 more]|[]") != std::string::npos);
  CHECK(sides.size() < 400);
}

TEST_CASE("CheckOfAValueAloneShowsIt", "[sdk]") {
  const bool is_ready = false;
  CHECK(sides_of([&] { E2E_CHECK(is_ready); }) == "false|true");
  const std::optional<int> nothing;
  CHECK(sides_of([&] { E2E_CHECK(nothing); }) == "nullopt|a true value");
  const std::unique_ptr<int> null;
  CHECK(sides_of([&] { E2E_CHECK(null); }) == "nullptr|a true value");
}

TEST_CASE("CheckThrowsFailsWhereNothingIsThrown", "[sdk]") {
  CHECK(sides_of([&] { E2E_CHECK_THROWS(1 + 1); }) == "no exception|an exception");
  Session session;
  bool went_on = false;
  const auto rc = session.run([&](CountedPage&) {
    E2E_CHECK_THROWS(e2e::fail("inside"));
    went_on = true;
  });
  CHECK(rc == E2E_FAIL);
  CHECK_FALSE(went_on);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "inside");
}

TEST_CASE("CheckOutsideATestThrowsLogicError", "[sdk]") {
  const auto check = [] { E2E_CHECK(1 == 2); };
  CHECK_THROWS_AS(check(), std::logic_error);
  CHECK_THROWS_WITH(e2e::fail("x"),
                    "e2e::fail() was used on a thread that runs no test: take e2e::current() in the test and "
                    "attach() it to the thread");
  CHECK_THROWS_AS(e2e::skip("x"), std::logic_error);
  CHECK_THROWS_AS(e2e::note("x"), std::logic_error);
  CHECK_THROWS_AS(e2e::current(), std::logic_error);
  CHECK_THROWS_AS(e2e::parse_json("1"), std::logic_error);
}
