#include "discovery/test_annotations.hpp"

#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

DescribedTest test_with(Pairs annotations) {
  return {"01_create", "creates", "01_create.cpp", 12, std::move(annotations)};
}

TestAnnotations accepted_annotations(Pairs annotations) {
  std::vector<std::string> problems;
  TestAnnotations read = read_annotations(test_with(std::move(annotations)), problems);
  CHECK(problems.empty());
  return read;
}

std::string refusal(Pairs annotations) {
  std::vector<std::string> problems;
  read_annotations(test_with(std::move(annotations)), problems);
  REQUIRE(problems.size() == 1);
  return problems[0];
}

}  // namespace

TEST_CASE("TestWithoutAnnotationsSaysNothing", "[test_annotations]") {
  const TestAnnotations read = accepted_annotations({});
  CHECK(read.tags.empty());
  CHECK(read.depends_on.empty());
  CHECK(read.priority == Priority::normal);
  CHECK(read.timeout_ms == 0);
  CHECK(read.max_attempts == 0);
}

TEST_CASE("AnnotationsAreRead", "[test_annotations]") {
  const TestAnnotations read = accepted_annotations({{"tag", "smoke"},
                                                     {"depends_on", "a"},
                                                     {"tag", "slow"},
                                                     {"depends_on", "b::c"},
                                                     {"priority", "critical"},
                                                     {"timeout_ms", "1500"},
                                                     {"retries", "2"},
                                                     {"colour", "blue"}});
  CHECK(read.tags == std::vector<std::string>{"smoke", "slow"});
  CHECK(read.depends_on == std::vector<std::string>{"a", "b::c"});
  CHECK(read.priority == Priority::critical);
  CHECK(read.timeout_ms == 1500);
  CHECK(read.max_attempts == 3);
}

TEST_CASE("BoundsBelongToTheRange", "[test_annotations]") {
  CHECK(accepted_annotations({{"timeout_ms", "1"}}).timeout_ms == 1);
  CHECK(accepted_annotations({{"timeout_ms", "604800000"}}).timeout_ms == 604'800'000);
  CHECK(accepted_annotations({{"retries", "0"}}).max_attempts == 1);
  CHECK(accepted_annotations({{"retries", "100"}}).max_attempts == 101);
}

TEST_CASE("ValuesThatCannotBeAreRefused", "[test_annotations]") {
  const std::string where = "01_create.cpp:12: test 01_create::creates: ";
  for (const std::string value :
       {"0", "-1", "", "x", "1.5", "5ms", " 5", "604800001", "99999999999999999999"})
    CHECK(refusal({{"timeout_ms", value}}) ==
          where + "timeout_ms is '" + value + "'; it must be a number of milliseconds from 1 to a week");
  for (const std::string value : {"-1", "101", ""})
    CHECK(refusal({{"retries", value}}) ==
          where + "retries is '" + value + "'; it must be a number from 0 to 100");
  for (const std::string value : {"", "High", "urgent"})
    CHECK(refusal({{"priority", value}}) ==
          where + "priority is '" + value + "'; it must be critical, high, normal or low");
}

TEST_CASE("AllProblemsOfATestAreNamedAndShownHarmless", "[test_annotations]") {
  DescribedTest test = test_with({{"timeout_ms", "\x1b[31m"}, {"retries", "x"}});
  test.file = "a\x1b.cpp";
  std::vector<std::string> problems = {"an earlier one"};
  read_annotations(test, problems);
  REQUIRE(problems.size() == 3);
  CHECK(problems[1].rfind("a\\x1B.cpp:12: test 01_create::creates: timeout_ms is '\\x1B[31m'", 0) == 0);
}
