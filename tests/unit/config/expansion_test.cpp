#include "config/expansion.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

namespace {

const Variables known_variables = {
    {"HOST", "db"}, {"EMPTY", ""}, {"NESTED", "${HOST}"}, {"DOLLARS", "a$$b"}, {"FORGED", "${worker.index}"}};

std::string expanded(std::string_view text) {
  const auto expansion = expand(text, known_variables);
  REQUIRE(expansion.problems.empty());
  return expansion.text;
}

std::string first_problem(std::string_view text) {
  const auto expansion = expand(text, known_variables);
  REQUIRE(expansion.problems.size() == 1);
  return expansion.problems[0].message;
}

}  // namespace

TEST_CASE("VariablesAreReplacedWhereverTheyStand") {
  CHECK(expanded("http://${HOST}:80/${HOST}") == "http://db:80/db");
  CHECK(expanded("") == "");
  CHECK(expanded("plain") == "plain");
  CHECK(expand("${HOST}", known_variables).has_references);
  CHECK_FALSE(expand("HOST", known_variables).has_references);
}

TEST_CASE("DefaultIsUsedWhereUnsetOrEmpty") {
  CHECK(expanded("${MISSING:-x:-y}") == "x:-y");
  CHECK(expanded("${EMPTY:-x}") == "x");
  CHECK(expanded("${HOST:-x}") == "db");
  CHECK(expanded("${MISSING:-}") == "");
}

TEST_CASE("EmptyVariableIsAValue") { CHECK(expanded("[${EMPTY}]") == "[]"); }

TEST_CASE("UnsetVariableIsAProblemAtItsPlace") {
  const auto expansion = expand("ab${MISSING}", known_variables);
  REQUIRE(expansion.problems.size() == 1);
  CHECK(expansion.problems[0].message == "environment variable 'MISSING' is not set");
  CHECK(expansion.problems[0].hint == "set it, or give a default: ${MISSING:-default}");
  CHECK(expansion.problems[0].offset == 2);
  CHECK(expansion.problems[0].length == 10);
  CHECK(expansion.problems[0].is_unset);
}

TEST_CASE("RequiredVariableSaysWhy") {
  CHECK(first_problem("${TOKEN:?get one from the vault}") ==
        "environment variable 'TOKEN' is needed: get one from the vault");
  CHECK(first_problem("${EMPTY:?why}") == "environment variable 'EMPTY' is needed: why");
  CHECK(first_problem("${EMPTY:?}") == "environment variable 'EMPTY' is not set, it is empty");
  CHECK(expanded("${HOST:?why}") == "db");
}

TEST_CASE("DoubledDollarIsOne") {
  CHECK(expanded("$$") == "$");
  CHECK(expanded("$${HOST}") == "${HOST}");
  CHECK(expanded("$$$$") == "$$");
}

TEST_CASE("LoneDollarStays") { CHECK(expanded("$HOST costs 5$") == "$HOST costs 5$"); }

TEST_CASE("WhatIsPutInIsNotExpandedAgain") {
  CHECK(expanded("${NESTED}") == "${HOST}");
  CHECK(expanded("${DOLLARS}") == "a$$b");
}

TEST_CASE("MalformedReferencesAreProblems") {
  const std::string forms = " is not ${NAME}, ${NAME:-default} or ${NAME:?why}";
  CHECK(first_problem("${}") == "'${}'" + forms);
  CHECK(first_problem("${A-B}") == "'${A-B}'" + forms);
  CHECK(first_problem("${1A}") == "'${1A}'" + forms);
  CHECK(first_problem("${A:=x}") == "'${A:=x}'" + forms);
  CHECK(first_problem("${MISSING:-${HOST}}") == "'${MISSING:-${HOST}'" + forms);
  CHECK(first_problem("x${HOST") == "'${' has no '}'");
  CHECK_FALSE(expand("${}", known_variables).problems[0].is_unset);
}

TEST_CASE("WorkerNamesAreKeptForTheWorker") {
  const auto expansion = expand("${HOST}_${worker.index}", known_variables);
  CHECK(expansion.has_worker_names);
  CHECK(expansion.text == "db_${worker.index}");
  CHECK(expand_late_names(expansion.text, {3}) == "db_3");
  CHECK(expand_late_names(expanded("${worker.later}"), {3}) == "${worker.later}");
}

TEST_CASE("DollarsSurviveBothHalves") {
  CHECK(expand_late_names(expanded("$$ ${DOLLARS} ${worker.index} 5$"), {3}) == "$ a$$b 3 5$");
  CHECK(expand_late_names(expanded("$${worker.index}"), {3}) == "${worker.index}");
  CHECK(expand_late_names(expanded("$$${worker.index}"), {3}) == "$3");
  CHECK(expand_late_names(expanded("${FORGED}"), {3}) == "${worker.index}");
  CHECK(expand_late_names(expanded("$$ ${DOLLARS}"), {3}) == "$ a$$b");
}

TEST_CASE("PortAndFolderOfAManagedServiceArePutInWhenTheyAreKnown") {
  const auto expansion = expand("${HOST}:${service.port}${run.folder} $$", known_variables);
  REQUIRE(expansion.problems.empty());
  CHECK(expansion.has_service_names);
  CHECK_FALSE(expansion.has_worker_names);
  CHECK(expand_late_names(expansion.text, {0, 8080, "/a$b"}) == "db:8080/a$b $");
  CHECK(expand_late_names(expansion.text, {}) == "db:${service.port}${run.folder} $");
  CHECK(expand_late_names(expanded("$${service.port} ${worker.index}"), {2, 8080, ""}) ==
        "${service.port} 2");
  CHECK(expand_late_names(expanded("$${run.folder}"), {2, 8080, "/a"}) == "${run.folder}");
}

TEST_CASE("LateNameIsToldFromOneThatIsEscaped") {
  CHECK(has_late_name(expanded("x${service.port}"), "service.port"));
  CHECK_FALSE(has_late_name(expanded("x${service.port}"), "run.folder"));
  CHECK_FALSE(has_late_name(expanded("$${service.port}"), "service.port"));
  CHECK(has_late_name(expanded("$$${service.port}"), "service.port"));
  CHECK_FALSE(has_late_name("plain", "service.port"));
}

TEST_CASE("OtherNamesOfAServiceAreProblems") {
  CHECK(first_problem("${service.name}") ==
        "'${service.name}' is not ${NAME}, ${NAME:-default} or ${NAME:?why}");
  CHECK(first_problem("${run.id}") == "'${run.id}' is not ${NAME}, ${NAME:-default} or ${NAME:?why}");
}
