#pragma once

#include <atomic>
#include <e2e/e2e.hpp>
#include <functional>
#include <string>
#include <vector>

#include "fake_host.hpp"

namespace e2e_fake {

/// A page class as a service's tests have one. Counts its objects.
class CountedPage : public e2e::Page {
 public:
  explicit CountedPage(const e2e::detail::PageBinding& binding) : e2e::Page(binding) { ++made; }
  ~CountedPage() override { ++destroyed; }
  static std::atomic<int> made, destroyed;
  int value = 0;
};

/// What the fixtures of this executable (session_module.cpp) do. Empty: nothing. One for each thread, so that
/// several may run tests at once.
struct Hooks {
  std::function<void(CountedPage&)> before_all, after_all, before_each, after_each, body;
  std::function<void(CountedPage&)> second_before_each, second_after_each;
  std::function<e2e::JsonValue(CountedPage&)> once_per_run;
  std::function<void(e2e::TestRegistrar&)> dynamic;
};
Hooks& hooks();

/// The SDK in this executable, as a host sees it: through the plugin's table alone.
class Session {
 public:
  Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  e2e_rc open();
  e2e_rc close();
  /// An attempt of the test whose body is `body`; opens the scope if it is not open.
  e2e_rc run(std::function<void(CountedPage&)> body);
  /// An attempt of a declared test, "module::name".
  e2e_rc run_test(const std::string& id);

  FakeHost host;
  e2e_page page;                   // the scope's
  e2e_page* attempt_page = &page;  // mode `service`: the same; a test may hand out another
  const e2e_plugin* plugin;
  void* ctx = nullptr;
  void* scope = nullptr;
};

}  // namespace e2e_fake
