// Real plugins, loaded as a host loads them. Their paths come from CMake.
#include <dlfcn.h>

#include "e2e_catch.hpp"
#include "fake_host.hpp"

namespace {

/// Never unloaded, as in a worker.
const e2e_plugin* load(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) FAIL(dlerror());
  void* const entry = dlsym(library, E2E_PLUGIN_ENTRY);
  REQUIRE(entry != nullptr);
  return reinterpret_cast<const e2e_plugin* (*)()>(entry)();
}

std::string text(e2e_str str) { return std::string(str.ptr, str.len); }

e2e_rc run(const e2e_plugin* plugin, e2e_fake::FakeHost& host, const std::string& id) {
  void* ctx = nullptr;
  void* scope = nullptr;
  e2e_page page;
  REQUIRE(plugin->init(host.handle(), &ctx) == E2E_PASS);
  REQUIRE(plugin->scope_open(ctx, &page, &scope) == E2E_PASS);
  const e2e_rc rc = plugin->run(ctx, scope, {id.data(), id.size()}, &page);
  CHECK(plugin->scope_close(ctx, scope) == E2E_PASS);
  plugin->deinit(ctx);
  CHECK(host.live_responses.empty());
  return rc;
}

}  // namespace

TEST_CASE("PluginInPlainCPassesFailsAndSkips", "[sdk]") {
  const e2e_plugin* plugin = load(E2E_PLAIN_C_PLUGIN);
  CHECK(text(plugin->id) == "plain_c");
  CHECK(text(plugin->service) == "*");
  {
    e2e_fake::FakeHost host;
    host.answer(200);
    CHECK(run(plugin, host, "plain_c::is_healthy") == E2E_PASS);
  }
  {
    e2e_fake::FakeHost host;
    host.answer(503);
    CHECK(run(plugin, host, "plain_c::is_healthy") == E2E_FAIL);
    REQUIRE(host.failures.size() == 1);
    CHECK(host.failures[0].expected == "200");
    CHECK(host.failures[0].actual == "503");
  }
  {
    e2e_fake::FakeHost host;
    host.refuse("connection refused");
    CHECK(run(plugin, host, "plain_c::unknown_path_is_404") == E2E_ERROR);
    REQUIRE(host.failures.size() == 1);
    CHECK(host.failures[0].actual == "connection refused");
  }
  {
    e2e_fake::FakeHost host;
    CHECK(run(plugin, host, "plain_c::needs_https") == E2E_SKIP);
    CHECK(host.requests.empty());
  }
}

TEST_CASE("PluginBuiltByE2eAddPluginRuns", "[sdk]") {
  const e2e_plugin* plugin = load(E2E_SDK_PLUGIN);
  CHECK(text(plugin->id) == "sdk-sample");
  CHECK(text(plugin->version) == "2.0.0");
  e2e_fake::FakeHost host;
  host.answer(201, R"({"id":"u1","email":"e"})");
  host.answer(200, R"({"id":"other"})");
  CHECK(run(plugin, host, "01_sample::create_user") == E2E_FAIL);
  REQUIRE(host.failures.size() == 1);
  CHECK(host.failures[0].file == "tests/unit/sdk/01_sample.cpp");
  CHECK(host.failures[0].expression == "response.json(\"/id\") == user.id");
  CHECK(host.failures[0].actual == "\"other\"");
  CHECK(host.failures[0].expected == "\"u1\"");
}
