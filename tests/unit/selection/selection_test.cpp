#include "selection/selection.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/fatal.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

CatalogTest test(const std::string& service, const std::string& module, const std::string& name,
                 std::vector<std::string> tags = {}, std::vector<uint32_t> depends_on = {}) {
  CatalogTest made;
  made.info.service = service;
  made.info.module = module;
  made.info.name = name;
  made.info.id = service + "::" + module + "::" + name;
  made.info.tags = std::move(tags);
  made.depends_on = std::move(depends_on);
  return made;
}

/// orders 0-1, users 2-5.
Catalog catalog() {
  Catalog made;
  made.tests = {test("orders", "01_create", "creates", {"smoke"}, {4}),
                test("orders", "02_pay", "pays", {"slow"}, {0}),
                test("users", "01_create", "creates", {"smoke", "slow"}),
                test("users", "01_create", "rejects"),
                test("users", "02_read", "reads", {"smoke"}, {2}),
                test("users", "02_read", "pays", {}, {})};
  return made;
}

using Indices = std::vector<uint32_t>;

Indices chosen(void (*change)(Wanted&)) {
  Wanted wanted;
  wanted.with_dependencies = false;
  change(wanted);
  return select(catalog(), wanted);
}

std::string refusal(void (*change)(Wanted&)) {
  Wanted wanted;
  change(wanted);
  try {
    select(catalog(), wanted);
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("WithoutAWishEverythingIsWanted", "[selection]") {
  CHECK(chosen([](Wanted&) {}) == Indices{0, 1, 2, 3, 4, 5});
  CHECK(select(Catalog(), Wanted()).empty());
}

TEST_CASE("NameIsAServiceModuleTestOrId", "[selection]") {
  CHECK(chosen([](Wanted& w) { w.names = {"orders"}; }) == Indices{0, 1});
  CHECK(chosen([](Wanted& w) { w.names = {"01_create"}; }) == Indices{0, 2, 3});
  CHECK(chosen([](Wanted& w) { w.names = {"pays"}; }) == Indices{1, 5});
  CHECK(chosen([](Wanted& w) { w.names = {"02_read::pays"}; }) == Indices{5});
  CHECK(chosen([](Wanted& w) { w.names = {"users::01_create"}; }) == Indices{2, 3});
  CHECK(chosen([](Wanted& w) { w.names = {"users::01_create::creates"}; }) == Indices{2});
}

TEST_CASE("OfOneListAnyMatchCountsOfSeveralListsAll", "[selection]") {
  CHECK(chosen([](Wanted& w) { w.names = {"pays", "rejects"}; }) == Indices{1, 3, 5});
  CHECK(chosen([](Wanted& w) { w.services = {"users", "orders"}; }) == Indices{0, 1, 2, 3, 4, 5});
  CHECK(chosen([](Wanted& w) {
          w.services = {"users"};
          w.modules = {"01_create"};
        }) == Indices{2, 3});
  CHECK(chosen([](Wanted& w) {
          w.names = {"pays"};
          w.services = {"users"};
        }) == Indices{5});
  CHECK(chosen([](Wanted& w) { w.tags = {"smoke", "slow"}; }) == Indices{0, 1, 2, 4});
  CHECK(chosen([](Wanted& w) {
          w.services = {"orders"};
          w.modules = {"02_read"};
        }).empty());
}

TEST_CASE("ExclusionWins", "[selection]") {
  CHECK(chosen([](Wanted& w) { w.excluded_tags = {"slow"}; }) == Indices{0, 3, 4, 5});
  CHECK(chosen([](Wanted& w) {
          w.tags = {"smoke"};
          w.excluded_tags = {"slow"};
        }) == Indices{0, 4});
  CHECK(chosen([](Wanted& w) {
          w.names = {"users::01_create::creates"};
          w.excluded_tags = {"smoke"};
        }).empty());
  // A tag that no test has excludes none: it may be of a suite that is not built here.
  CHECK(chosen([](Wanted& w) { w.excluded_tags = {"quarantine"}; }).size() == 6);
}

TEST_CASE("DependenciesAreWantedTooWhateverTheRestSays", "[selection]") {
  Wanted wanted;
  wanted.names = {"orders::02_pay::pays"};
  CHECK(select(catalog(), wanted) == Indices{0, 1, 2, 4});
  wanted.excluded_tags = {"smoke"};
  wanted.services = {"orders"};
  CHECK(select(catalog(), wanted) == Indices{0, 1, 2, 4});
  wanted.with_dependencies = false;
  CHECK(select(catalog(), wanted) == Indices{1});
}

TEST_CASE("DependenciesInACircleAreEachWantedOnce", "[selection]") {
  Catalog circle;
  circle.tests = {test("s", "m", "a", {}, {1}), test("s", "m", "b", {}, {0}), test("s", "m", "c")};
  Wanted wanted;
  wanted.names = {"a"};
  CHECK(select(circle, wanted) == Indices{0, 1});
}

TEST_CASE("UnknownWordsAreRefusedWithWhatMayHaveBeenMeant", "[selection]") {
  CHECK(refusal([](Wanted& w) { w.services = {"user"}; }) ==
        "error: no service is named 'user'; did you mean 'users'?");
  CHECK(refusal([](Wanted& w) { w.modules = {"01_crate"}; }) ==
        "error: no module is named '01_crate'; did you mean '01_create'?");
  CHECK(refusal([](Wanted& w) { w.tags = {"smok"}; }) ==
        "error: no test has the tag 'smok'; did you mean 'smoke'?");
  CHECK(refusal([](Wanted& w) { w.names = {"orders::02_pay::payz"}; }) ==
        "error: no service, module, test or source file is named 'orders::02_pay::payz'; did you mean "
        "'orders::02_pay::pays'?");
  CHECK(refusal([](Wanted& w) { w.names = {"quite_another_thing"}; }) ==
        "error: no service, module, test or source file is named 'quite_another_thing'; `e2e-host list` "
        "shows what there "
        "is");
}

TEST_CASE("WhatIsShortenedIsMeantAsItIs", "[selection]") {
  CHECK(refusal([](Wanted& w) { w.names = {"users::01_crate"}; }) ==
        "error: no service, module, test or source file is named 'users::01_crate'; did you mean "
        "'users::01_create'?");
  CHECK(refusal([](Wanted& w) { w.names = {"02_read::read"}; }) ==
        "error: no service, module, test or source file is named '02_read::read'; did you mean "
        "'02_read::reads'?");
}

TEST_CASE("AllUnknownWordsAreNamedAtOnce", "[selection]") {
  CHECK(refusal([](Wanted& w) {
          w.services = {"users", "user"};
          w.tags = {"smok"};
        }) ==
        "error: no service is named 'user'; did you mean 'users'?\n"
        "error: no test has the tag 'smok'; did you mean 'smoke'?");
}

TEST_CASE("WordsAndTagsOfStrangersAreShownHarmless", "[selection]") {
  Catalog hostile;
  hostile.tests = {test("s", "m", "a", {"\x1b[31mred"})};
  Wanted wanted;
  wanted.tags = {"\x1b[31mrec"};
  CHECK_THROWS_WITH(select(hostile, wanted),
                    "error: no test has the tag '\\x1B[31mrec'; did you mean '\\x1B[31mred'?");
}

TEST_CASE("ATableOfCasesIsNamedAsAWhole", "[selection]") {
  Catalog made;
  made.tests = {test("s", "m", "refuses.empty"), test("s", "m", "refuses.long"),
                test("s", "m", "refuses_all"), test("t", "m", "refuses.empty")};
  const auto named = [&](const std::string& name) {
    Wanted wanted;
    wanted.names = {name};
    return select(made, wanted);
  };
  CHECK(named("refuses") == Indices{0, 1, 3});
  CHECK(named("m::refuses") == Indices{0, 1, 3});
  CHECK(named("s::m::refuses") == Indices{0, 1});
  CHECK(named("s::m::refuses.long") == Indices{1});
  CHECK_THROWS_AS(named("refus"), Fatal);
}

TEST_CASE("FiltersChooseBesideTheRestAndKnowWhatThereIs") {
  CHECK(chosen([](Wanted& wanted) { wanted.filters = {"service(users) & tag(smoke)"}; }) == Indices{2, 4});
  CHECK(chosen([](Wanted& wanted) { wanted.filters = {"test(pays)", "test(rejects)"}; }) == Indices{1, 3, 5});
  CHECK(chosen([](Wanted& wanted) {
          wanted.filters = {"test(pays)"};
          wanted.services = {"users"};
        }) == Indices{5});
  CHECK(chosen([](Wanted& wanted) { wanted.filters = {"test(/^x/)"}; }).empty());
  CHECK(refusal([](Wanted& wanted) { wanted.filters = {"service(user) - tag(smok)"}; }) ==
        "error: no service is named 'user'; did you mean 'users'?\n"
        "error: no test has the tag 'smok'; did you mean 'smoke'?");
  CHECK(refusal([](Wanted& wanted) {
          wanted.filters = {"tag(smoke"};
        }).rfind("error: --filter: expected ')'", 0) == 0);
}
