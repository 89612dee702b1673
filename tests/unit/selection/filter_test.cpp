#include "selection/filter.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/fatal.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

TestInfo one_test(const std::string& service, const std::string& module, const std::string& name,
                  std::vector<std::string> tags = {}) {
  TestInfo made;
  made.service = service;
  made.module = module;
  made.name = name;
  made.id = service + "::" + module + "::" + name;
  made.file = "services/" + service + "/modules/" + module + ".cpp";
  made.tags = std::move(tags);
  return made;
}

/// The names of the tests that the expression means.
std::string meant(const std::string& expression) {
  static const std::vector<TestInfo> all = {one_test("orders", "01_create", "creates", {"smoke"}),
                                            one_test("orders", "02_pay", "pays", {"slow", "smoke"}),
                                            one_test("users", "01_create", "registers", {"slow"}),
                                            one_test("users", "02_read", "reads.first", {}),
                                            one_test("users", "02_read", "reads.second", {"smoke"})};
  const Filter filter(expression);
  std::string names;
  for (const TestInfo& one : all)
    if (filter.matches(one)) names += (names.empty() ? "" : " ") + one.name;
  return names;
}

std::string filter_refusal(const std::string& expression) {
  try {
    const Filter filter(expression);
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("FilterSetsAreOfServiceModuleTestIdTagAndFile") {
  CHECK(meant("service(orders)") == "creates pays");
  CHECK(meant("module(01_create)") == "creates registers");
  CHECK(meant("test(pays)") == "pays");
  CHECK(meant("test(reads)") == "reads.first reads.second");
  CHECK(meant("test(reads.second)") == "reads.second");
  CHECK(meant("id(users::01_create::registers)") == "registers");
  CHECK(meant("tag(smoke)") == "creates pays reads.second");
  CHECK(meant("file(02_pay.cpp)") == "pays");
  CHECK(meant("file(services/orders/modules/02_pay.cpp)") == "pays");
  CHECK(meant("all()") == "creates pays registers reads.first reads.second");
  CHECK(meant("none()").empty());
}

TEST_CASE("FilterNamesMayBePatternsAndRegularExpressions") {
  CHECK(meant("test(*s)") == "creates pays registers reads.first reads.second");
  CHECK(meant("test(reads.*)") == "reads.first reads.second");
  CHECK(meant("module(0[1]_*)") == "creates registers");
  CHECK(meant("test( pays )") == "pays");
  CHECK(meant("test(/^re/)") == "registers reads.first reads.second");
  CHECK(meant("test(/reads\\.f/)") == "reads.first");
  CHECK(meant("file(/orders\\/modules/)") == "creates pays");
  CHECK(meant("test(/a(t|y)/)") == "creates pays");
}

TEST_CASE("FilterOperatorsBindAsInSetAlgebra") {
  CHECK(meant("service(users) & tag(slow)") == "registers");
  CHECK(meant("tag(smoke) - service(orders)") == "reads.second");
  CHECK(meant("tag(smoke) - test(pays) - test(creates)") == "reads.second");
  CHECK(meant("tag(slow) | module(02_read)") == "pays registers reads.first reads.second");
  CHECK(meant("tag(slow)+module(02_read)") == meant("tag(slow) or module(02_read)"));
  CHECK(meant("test(pays) | service(users) & tag(slow)") == "pays registers");
  CHECK(meant("(test(pays) | service(users)) & tag(slow)") == "pays registers");
  CHECK(meant("(test(creates) | service(users)) & tag(slow)") == "registers");
  CHECK(meant("!service(orders)") == meant("not service(orders)"));
  CHECK(meant("!tag(slow) & tag(smoke)") == "creates reads.second");
  CHECK(meant("not not tag(slow)") == "pays registers");
  CHECK(meant("service(users) and not tag(slow)") == "reads.first reads.second");
}

TEST_CASE("FilterMistakesArePointedAt") {
  CHECK(filter_refusal("service(users) & )") ==
        "error: --filter: expected a set, as tag(smoke)\n"
        "    service(users) & )\n"
        "                     ^");
  CHECK(filter_refusal("servce(users)") ==
        "error: --filter: no set 'servce'; did you mean 'service'?\n"
        "    servce(users)\n"
        "    ^");
  CHECK(filter_refusal("xyzzy(users)") ==
        "error: --filter: no set 'xyzzy'; there are service, module, test, id, tag, file, all, none\n"
        "    xyzzy(users)\n"
        "    ^");
  CHECK(filter_refusal("tag(a) tag(b)") ==
        "error: --filter: expected '|', '&' or '-'\n"
        "    tag(a) tag(b)\n"
        "           ^");
  CHECK(filter_refusal("tag(a") == "error: --filter: expected ')'\n    tag(a\n         ^");
  CHECK(filter_refusal("(tag(a)") == "error: --filter: expected ')'\n    (tag(a)\n           ^");
  CHECK(filter_refusal("tag") == "error: --filter: expected '(' after 'tag'\n    tag\n       ^");
  CHECK(filter_refusal("tag()") == "error: --filter: tag() needs a name or /REGEX/\n    tag()\n        ^");
  CHECK(filter_refusal("all(x)") == "error: --filter: expected ')'\n    all(x)\n        ^");
  CHECK(filter_refusal("test(/x)") ==
        "error: --filter: the regular expression has no closing '/'\n    test(/x)\n         ^");
  CHECK(filter_refusal("test(/(/)").rfind("error: --filter: no regular expression: ", 0) == 0);
  CHECK(filter_refusal("").rfind("error: --filter: expected a set", 0) == 0);
  CHECK(filter_refusal(std::string(20'000, '!')) == "error: --filter: longer than 16384 bytes");
  CHECK(filter_refusal(std::string(10'000, '!')).rfind("error: --filter: more than 200 levels", 0) == 0);
  CHECK(filter_refusal(std::string(10'000, '(')).rfind("error: --filter: more than 200 levels", 0) == 0);
}

TEST_CASE("FilterTellsTheNamesItMentions") {
  const Filter filter("service(users) & test(/x/) | tag(s*) - tag(smoke)");
  REQUIRE(filter.names().size() == 2);
  CHECK((filter.names()[0].set == "service" && filter.names()[0].text == "users"));
  CHECK((filter.names()[1].set == "tag" && filter.names()[1].text == "smoke"));
}
