#include <deque>
#include <map>
#include <set>

#include "../../../sdk/src/frame.hpp"
#include "../../../sdk/src/registry.hpp"
#include "../../../sdk/src/test_index.hpp"
#include "e2e_catch.hpp"
#include "session.hpp"

using e2e::detail::FixtureEntry;
using e2e::detail::FixtureKind;
using e2e::detail::Registry;
using e2e::detail::TestEntry;
using e2e_fake::Session;

extern const unsigned line_of_answers_fast;  // 01_sample.cpp

namespace {

std::string text(e2e_str str) { return std::string(str.ptr, str.len); }

TestEntry test_in(const char* file, const char* name, unsigned line) {
  return {e2e::detail::module_of(file), name, file, e2e::Location::here(file, line), {}, {}, {}};
}

FixtureEntry fixture_in(const char* file, unsigned line, FixtureKind kind, const char* name) {
  return {kind, name, file, e2e::Location::here(file, line), {}};
}

}  // namespace

TEST_CASE("TestsAreDescribedInDeclarationOrder", "[sdk]") {
  Session session;
  std::vector<std::string> ids;
  std::map<std::string, const e2e_test_desc*> descs;
  for (std::uint32_t i = 0; i < session.plugin->test_count(session.ctx); ++i) {
    const e2e_test_desc* desc = session.plugin->test_at(session.ctx, i);
    ids.push_back(text(desc->module) + "::" + text(desc->name));
    descs[ids.back()] = desc;
  }
  CHECK(ids == std::vector<std::string>{"01_sample::create_user", "01_sample::reject_duplicate",
                                        "01_sample::answers_fast", "01_sample::everything",
                                        "session_module::scripted"});
  CHECK(session.plugin->test_at(session.ctx, 5) == nullptr);

  const e2e_test_desc* everything = descs["01_sample::everything"];
  std::vector<std::string> annotations;
  for (std::uint32_t i = 0; i < everything->annotation_count; ++i) {
    annotations.push_back(text(everything->annotations[i].key) + "=" +
                          text(everything->annotations[i].value));
  }
  CHECK(annotations == std::vector<std::string>{"tag=a", "tag=b", "tag=c", "priority=low",
                                                "depends_on=create_user", "depends_on=other::test",
                                                "retries=2", "owner=team"});
  const e2e_test_desc* fast = descs["01_sample::answers_fast"];
  REQUIRE(fast->annotation_count == 1);
  CHECK(text(fast->annotations[0].key) == "timeout_ms");
  CHECK(text(fast->annotations[0].value) == "1500");
  CHECK(fast->struct_size == sizeof(e2e_test_desc));
  CHECK(fast->line == line_of_answers_fast);
  CHECK(text(fast->file) == "tests/unit/sdk/01_sample.cpp");
}

TEST_CASE("SampleModuleRunsAsItsAuthorWouldExpect", "[sdk]") {
  Session session;
  session.host.answer(201, R"({"id":"u1","email":"e"})");
  session.host.answer(200, R"({"id":"u1"})");
  CHECK(session.run_test("01_sample::create_user") == E2E_PASS);
  CHECK(session.host.logged("request ") ==
        std::vector<std::string>{"request POST /users", "request GET /users/u1", "request DELETE /users/u1"});
  session.host.answer(503);
  CHECK(session.run_test("01_sample::reject_duplicate") == E2E_SKIP);
  CHECK(session.host.logged("skip ") == std::vector<std::string>{"skip users is down"});
}

TEST_CASE("PluginTableSaysWhoItIs", "[sdk]") {
  const Session session;
  CHECK(session.plugin->magic == E2E_PLUGIN_MAGIC);
  CHECK(session.plugin->struct_size == sizeof(e2e_plugin));
  CHECK(session.plugin->abi_major == 1);
  CHECK(session.plugin->abi_minor == 0);
  CHECK(text(session.plugin->id) == "sdk-test");
  CHECK(text(session.plugin->version) == "1.2.3");
  CHECK(text(session.plugin->service) == "users");
  CHECK(session.plugin->get_extension(session.ctx, "x") == nullptr);
  std::set<std::string> required;
  for (const char* const* id = session.plugin->requires_extensions; *id; ++id) required.insert(*id);
  CHECK(required ==
        std::set<std::string>{"e2e.config/1", "e2e.json/1", "e2e.page/1", "e2e.report/1", "e2e.state/1"});
}

TEST_CASE("ModulesAreSortedByFileNameAndTestsStayAsDeclared", "[sdk]") {
  Registry registry;
  registry.add(test_in("x/02_b.cpp", "z", 3));
  registry.add(test_in("x/02_b.cpp", "a", 9));
  registry.add(test_in("x/01_a.cpp", "m", 1));
  std::string order;
  for (const TestEntry* test : registry.tests()) order += test->id() + " ";
  CHECK(order == "01_a::m 02_b::z 02_b::a ");
}

TEST_CASE("TestsAreFoundByIdWhateverTheirModuleIsCalled", "[sdk]") {
  Registry registry;
  registry.add(test_in("x/02_b.cpp", "z", 3));
  registry.add(test_in("x/a::b.cpp", "c", 1));
  registry.add(test_in("x/a.cpp", "x", 1));
  const e2e::detail::TestIndex index(registry.tests());
  const auto found_at = [&](const char* id) {
    const TestEntry* test = index.find(id);
    return test == nullptr ? std::string() : std::string(test->file);
  };
  CHECK(found_at("02_b::z") == "x/02_b.cpp");
  CHECK(found_at("a::b::c") == "x/a::b.cpp");
  CHECK(found_at("a::x") == "x/a.cpp");
  for (const char* unknown : {"02_b::y", "02_b", "", "::", "a::b", "a::b::c::"})
    CHECK(found_at(unknown).empty());
}

TEST_CASE("EachOfManyTestsIsFoundAndTwinsAreTold", "[sdk]") {
  Registry registry;
  std::deque<std::string> names;
  for (int i = 0; i < 2000; ++i)
    registry.add(test_in("x/01.cpp", names.emplace_back(std::to_string(i)).c_str(), 1));
  registry.add(test_in("y/01.cpp", "7", 2));
  registry.add(test_in("y/01.cpp", "7", 3));
  const e2e::detail::TestIndex index(registry.tests());
  for (const std::string& name : names) {
    const TestEntry* test = index.find("01::" + name);
    REQUIRE(test != nullptr);
    CHECK((test->name == name && test->file == "x/01.cpp"));
  }
  REQUIRE(index.twins().size() == 2);
  CHECK(index.twins()[0].first->file == "x/01.cpp");
  CHECK(index.twins()[0].second->where.line == 2);
  CHECK(index.twins()[1].second->where.line == 3);
  CHECK(e2e::detail::TestIndex({}).find("01::7") == nullptr);
}

TEST_CASE("CleanPathsAreNotCopied", "[sdk]") {
  Registry registry;
  const char* const clean = "services/users/modules/01_a.cpp";
  CHECK(registry.keep_clean(clean).data() == clean);
  CHECK(registry.keep_clean("services/users/modules/../page.hpp") == "services/users/page.hpp");
  CHECK(registry.keep_clean("./a//b.cpp") == "a/b.cpp");
  CHECK(registry.keep_clean(clean) == clean);
}

TEST_CASE("SameTestInTwoFilesOfOneNameIsAnError", "[sdk]") {
  Registry registry;
  registry.add(test_in("a/01_x.cpp", "same", 3));
  CHECK_FALSE(registry.error().has_value());
  registry.add(test_in("b/01_x.cpp", "same", 7));
  REQUIRE(registry.error().has_value());
  CHECK(registry.error()->message ==
        "test 01_x::same is declared twice: a/01_x.cpp:3 and b/01_x.cpp:7; rename one, or its file");
  CHECK(registry.error()->where.line == 7);
}

TEST_CASE("FixturesAreSortedAndThoseOfHeadersCountOnce", "[sdk]") {
  Registry registry;
  registry.add(fixture_in("x/02.cpp", 5, FixtureKind::before_all, "02.cpp:5"));
  registry.add(fixture_in("x/page.hpp", 9, FixtureKind::before_all, "page.hpp:9"));
  registry.add(fixture_in("x/01.cpp", 5, FixtureKind::before_all, "01.cpp:5"));
  registry.add(fixture_in("x/page.hpp", 9, FixtureKind::before_all, "page.hpp:9"));
  registry.add(fixture_in("x/01.cpp", 7, FixtureKind::after_all, "01.cpp:7"));
  std::string order;
  for (const FixtureEntry& fixture : registry.fixtures(FixtureKind::before_all)) order += fixture.name + " ";
  CHECK(order == "01.cpp:5 02.cpp:5 page.hpp:9 ");

  registry.add(fixture_in("x/01.cpp", 20, FixtureKind::once_per_run, "login"));
  registry.add(fixture_in("x/02.cpp", 30, FixtureKind::once_per_run, "login"));
  REQUIRE(registry.error().has_value());
  CHECK(registry.error()->message ==
        "once_per_run \"login\" is declared twice: x/01.cpp:20 and x/02.cpp:30; rename one");
}

TEST_CASE("PathsAreCleaned", "[sdk]") {
  CHECK(e2e::detail::clean_path("services/users/modules/../page.hpp") == "services/users/page.hpp");
  CHECK(e2e::detail::clean_path("./a//b/./c.cpp") == "a/b/c.cpp");
  CHECK(e2e::detail::clean_path("/abs/x/../y.cpp") == "/abs/y.cpp");
  CHECK(e2e::detail::clean_path("../../up.cpp") == "../../up.cpp");
  CHECK(e2e::detail::module_of("a/b/01_x.y.cpp") == "01_x.y");
}
