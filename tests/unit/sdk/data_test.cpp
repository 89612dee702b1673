#include <cstdlib>
#include <e2e/data.hpp>
#include <set>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

std::string text_of(const e2e::Table& table) {
  std::string text;
  for (const auto& row : table.rows()) {
    for (const auto& [name, value] : row) text += name + "=" + value + "|";
    text += "\n";
  }
  return text;
}

std::string message_of(const std::string& csv) {
  Session session;
  CHECK(session.run([&](CountedPage&) { e2e::parse_csv(csv); }) == E2E_FAIL);
  return session.host.failures.at(0).message;
}

}  // namespace

TEST_CASE("CsvIsReadWithItsQuotes", "[sdk]") {
  CHECK(text_of(e2e::parse_csv("a,b\r\n1,2\r\n3,4")) == "a=1|b=2|\na=3|b=4|\n");
  CHECK(text_of(e2e::parse_csv("\xEF\xBB\xBF"
                               "a,b\n\"x, \"\"y\"\"\nz\",\n\n5\n")) == "a=x, \"y\"\nz|b=|\na=5|b=|\n");
  CHECK(e2e::parse_csv("").size() == 0);
  CHECK(e2e::parse_csv("a,b\n").size() == 0);
}

TEST_CASE("WhatIsNoCsvFailsTheTest", "[sdk]") {
  CHECK(message_of("a,b\n1,2,3\n") == "row 1 of the CSV has 3 values, its first line names 2 columns");
  CHECK(message_of("a\n\"open") == "the CSV ends within quotes, which begin: open");
  Session session;
  CHECK(session.run([](CountedPage&) { e2e::read_csv("/absent.csv"); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message == "/absent.csv: No such file or directory");
  CHECK(session.run([](CountedPage&) {
    const auto table = e2e::parse_csv("a,b\n1,2\n");
    e2e::Table::value(table.rows()[0], "c");
  }) == E2E_FAIL);
  CHECK(session.host.failures.at(1).message == "the table has no column 'c': it has a, b");
}

TEST_CASE("TheSameSeedMakesTheSameUp", "[sdk]") {
  e2e::Faker one(42), other(42), third(43);
  const auto all = [](e2e::Faker& fake) {
    return fake.name() + fake.email() + fake.phone() + fake.city() + fake.street() + fake.postcode() +
           fake.company() + fake.sentence() + fake.uuid() + fake.text(12) + fake.date();
  };
  CHECK(all(one) == all(other));
  CHECK(all(one) != all(third));
}

TEST_CASE("MadeUpValuesHaveTheirForm", "[sdk]") {
  e2e::Faker fake(7);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto number = fake.integer(-2, 2);
    REQUIRE(number >= -2);
    REQUIRE(number <= 2);
    seen.insert(number);
    const double decimal = fake.decimal(1, 2);
    REQUIRE(decimal >= 1);
    REQUIRE(decimal < 2);
    const std::string uuid = fake.uuid();
    REQUIRE(uuid.size() == 36);
    REQUIRE(uuid[14] == '4');
    REQUIRE(std::string("89ab").find(uuid[19]) != std::string::npos);
    REQUIRE(fake.date(2023, 2024).size() == 10);
    REQUIRE(fake.email().find("@example.") != std::string::npos);
  }
  CHECK(seen.size() == 5);
  CHECK(fake.text(20).size() == 20);
  CHECK(fake.integer(5, 5) == 5);
  CHECK(fake.integer(INT64_MIN, INT64_MAX) != fake.integer(INT64_MIN, INT64_MAX));
}

TEST_CASE("AFakersSeedIsNotedAndCanBeGiven", "[sdk]") {
  Session session;
  session.run([&](CountedPage& page) {
    const e2e::Faker own(page);
    ::setenv("E2E_SEED", "99", 1);
    const e2e::Faker given(page);
    ::unsetenv("E2E_SEED");
    CHECK(given.seed() == 99);
    CHECK(session.host.logged("note ") ==
          std::vector<std::string>{
              "note made-up data: E2E_SEED=" + std::to_string(own.seed()) + " makes the same again",
              "note made-up data: E2E_SEED=99 makes the same again"});
  });
}
