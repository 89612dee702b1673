// E2E_DYNAMIC_TESTS and e2e::config(), as a host sees them.
#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::FakeHost;
using e2e_fake::hooks;
using e2e_fake::Session;

namespace {

std::string text(e2e_str str) { return std::string(str.ptr, str.len); }

/// init() of the plugin of this executable, whose E2E_DYNAMIC_TESTS does that; what it said is in `host`.
e2e_rc init(FakeHost& host, std::function<void(e2e::TestRegistrar&)> make) {
  const Session session;  // resets the hooks
  hooks().dynamic = std::move(make);
  void* ctx = nullptr;
  const e2e_rc rc = session.plugin->init(host.handle(), &ctx);
  if (rc == E2E_PASS) session.plugin->deinit(ctx);
  return rc;
}

using Rejections = std::vector<std::pair<std::string, std::string>>;

std::string here(unsigned line) { return " (tests/unit/sdk/dynamic_test.cpp:" + std::to_string(line) + ")"; }

}  // namespace

TEST_CASE("PluginWithDynamicTestsSaysSo", "[sdk]") {
  const Session session;
  CHECK(session.plugin->flags == E2E_PLUGIN_DYNAMIC);
  bool requires_config = false;
  for (const char* const* id = session.plugin->requires_extensions; *id; ++id)
    requires_config = requires_config || std::string(*id) == E2E_EXT_CONFIG;
  CHECK(requires_config);
}

TEST_CASE("TestsAreMadeFromTheSettingsAndRun", "[sdk]") {
  Session session;
  hooks().dynamic = [](e2e::TestRegistrar& registrar) {
    for (const e2e::Json& path : e2e::config().at("/paths")) {
      registrar.add("gets" + path.as_string(), {e2e::tag("made"), e2e::priority::high},
                    [path](CountedPage& page) {
                      ++page.value;
                      page.assert_ok(page.get(path.as_string()));
                    });
    }
  };
  session.host.settings = R"({"paths":["/b","/a"]})";
  session.plugin->deinit(session.ctx);
  REQUIRE(session.plugin->init(session.host.handle(), &session.ctx) == E2E_PASS);
  REQUIRE(session.plugin->test_count(session.ctx) == 7);
  // After those that are declared, in the order they were made.
  std::vector<std::string> names;
  for (std::uint32_t i = 5; i < 7; ++i) {
    const e2e_test_desc* desc = session.plugin->test_at(session.ctx, i);
    CHECK(text(desc->module) == "session_module");
    CHECK(text(desc->file) == "tests/unit/sdk/dynamic_test.cpp");
    CHECK(desc->annotation_count == 2);
    names.push_back(text(desc->name));
  }
  CHECK(names == std::vector<std::string>{"gets/b", "gets/a"});
  session.host.answer(200);
  CHECK(session.run_test("session_module::gets/a") == E2E_PASS);
  session.host.answer(500);
  CHECK(session.run_test("session_module::gets/b") == E2E_FAIL);
  CHECK(session.host.logged("request ") == std::vector<std::string>{"request GET /a", "request GET /b"});
}

TEST_CASE("FunctionThatIsNoLambdaIsABodyToo", "[sdk]") {
  FakeHost host;
  CHECK(init(host, [](e2e::TestRegistrar& registrar) {
          struct Body {
            void operator()(e2e::Page&) {}
          };
          registrar.add("object", {}, Body());
          registrar.add(
              "function", {}, +[](e2e::Page&) {});
        }) == E2E_PASS);
}

TEST_CASE("SettingsAndServiceAreReadInATest", "[sdk]") {
  Session session;
  session.host.settings = R"({"limit":[1,2]})";
  CHECK(session.run([](CountedPage&) {
    E2E_CHECK(e2e::config().at("/limit/1") == 2);
    E2E_CHECK(e2e::config()["limit"].size() == 2u);
    E2E_CHECK(e2e::service_under_test().name == "users");
    E2E_CHECK(e2e::service_under_test().base_url == "http://users.test");
    E2E_CHECK(e2e::service_under_test().health_endpoint == "/health");
    E2E_CHECK(e2e::service_under_test().environment == "staging");
  }) == E2E_PASS);
  CHECK(session.run([](CountedPage&) { e2e::config().at("/other"); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "the settings: no value at /other; the document is an object with the member \"limit\"");
}

TEST_CASE("RejectedSettingsAreToldAllAndFailInit", "[sdk]") {
  FakeHost host;
  host.settings = R"({"a":{"b":5}})";
  CHECK(init(host, [](e2e::TestRegistrar& registrar) {
          registrar.reject("", "has no x");
          registrar.reject(e2e::config().at("/a/b"), "must be a text");
        }) == E2E_ERROR);
  CHECK(host.rejections == Rejections{{"", "has no x"}, {"/a/b", "must be a text"}});
  CHECK(host.failures.empty());
}

TEST_CASE("WhatASettingFailsAsIsARejectionInInit", "[sdk]") {
  FakeHost host;
  host.settings = R"({"a":5})";
  unsigned line = 0;
  const auto reads_a_text = [&](e2e::TestRegistrar&) {
    line = __LINE__ + 1;
    e2e::config()["a"].as_string();
  };
  CHECK(init(host, reads_a_text) == E2E_ERROR);
  REQUIRE(host.rejections.size() == 1);
  CHECK(host.rejections[0].first.empty());
  CHECK(host.rejections[0].second ==
        "the settings: the value at /a is an integer, not a string; it is 5" + here(line));
  host.rejections.clear();
  CHECK(init(host, [&](e2e::TestRegistrar&) { e2e::config().at("/b"); }) == E2E_ERROR);
  REQUIRE(host.rejections.size() == 1);
  CHECK(host.rejections[0].second.find("the settings: no value at /b; the document is an object") == 0);
}

TEST_CASE("UnexpectedExceptionInInitIsNoMistakeInTheSettings", "[sdk]") {
  FakeHost host;
  CHECK(init(host, [](e2e::TestRegistrar&) { throw std::runtime_error("broken"); }) == E2E_ERROR);
  CHECK(host.rejections.empty());
  REQUIRE(host.host_log.size() == 1);
  CHECK(host.host_log[0].find("unexpected std::runtime_error: broken") == 0);
}

TEST_CASE("SkippingInInitIsRefused", "[sdk]") {
  FakeHost host;
  CHECK(init(host, [](e2e::TestRegistrar&) { e2e::skip("not today"); }) == E2E_ERROR);
  REQUIRE(host.rejections.size() == 1);
  CHECK(host.rejections[0].second.find("e2e::skip() in E2E_DYNAMIC_TESTS: make no test instead") == 0);
}

TEST_CASE("TwoDynamicTestsOfANameAreRefused", "[sdk]") {
  FakeHost host;
  CHECK(init(host, [](e2e::TestRegistrar& registrar) {
          for (int i = 0; i < 2; ++i) registrar.add("twin", {}, [](e2e::Page&) {});
        }) == E2E_ERROR);
  CHECK(host.rejections ==
        Rejections{{"", "two tests are named session_module::twin: give one another name"}});
}

TEST_CASE("HostWithoutConfigIsNamed", "[sdk]") {
  Session session;
  session.plugin->deinit(session.ctx);
  session.host.missing_extensions.insert(E2E_EXT_CONFIG);
  REQUIRE(session.plugin->init(session.host.handle(), &session.ctx) == E2E_PASS);
  CHECK(session.run([](CountedPage&) { e2e::config(); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "e2e::config() needs e2e.config/1, which the host (e2e-host 0.1.0) does not offer: update it");
}
