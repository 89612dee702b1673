#include "session.hpp"

#include <e2e/plugin.hpp>

namespace e2e::detail {
extern const PluginInfo plugin_info{"sdk-test", "1.2.3", "users"};
}

namespace e2e_fake {

std::atomic<int> CountedPage::made{0};
std::atomic<int> CountedPage::destroyed{0};

Hooks& hooks() {
  thread_local Hooks of_thread;
  return of_thread;
}

Session::Session() : plugin(e2e::detail::plugin()) {
  hooks() = Hooks();
  plugin->init(host.handle(), &ctx);
}

Session::~Session() {
  if (scope) close();
  if (ctx) plugin->deinit(ctx);
  hooks() = Hooks();
}

e2e_rc Session::open() { return plugin->scope_open(ctx, &page, &scope); }

e2e_rc Session::close() {
  void* const closing = scope;
  scope = nullptr;
  return plugin->scope_close(ctx, closing);
}

e2e_rc Session::run(std::function<void(CountedPage&)> body) {
  hooks().body = std::move(body);
  return run_test("session_module::scripted");
}

e2e_rc Session::run_test(const std::string& id) {
  if (!scope) {
    if (const e2e_rc rc = open(); rc != E2E_PASS) return rc;
    host.log.clear();
  }
  return plugin->run(ctx, scope, {id.data(), id.size()}, attempt_page);
}

}  // namespace e2e_fake
