#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json.hpp"
#include "page.hpp"
#include "request.hpp"

namespace e2e {

namespace priority {
struct Priority {
  const char* name;
};
inline constexpr Priority critical{"critical"}, high{"high"}, normal{"normal"}, low{"low"};
}  // namespace priority

/// An option of E2E_TEST.
class TestOption {
 public:
  TestOption(std::string_view key, std::initializer_list<std::string_view> values);
  TestOption(const priority::Priority& value);
  TestOption(const TimeoutOption& value);
  TestOption(std::nullptr_t);  ///< @internal None: ends the list that E2E_TEST makes.
  TestOption(const TestOption& other);
  ~TestOption();
  const std::string& key() const noexcept { return key_; }
  const std::vector<std::string>& values() const noexcept { return values_; }

 private:
  std::string key_;
  std::vector<std::string> values_;
};

/// `e2e::tag("smoke")`, `e2e::tag("smoke", "fast")`
template <class... Names>
TestOption tag(const Names&... names) {
  return TestOption("tag", {std::string_view(names)...});
}
/// Tests that have to pass before: by name, module::name or full id. Resolved in module, then service.
template <class... Names>
TestOption depends_on(const Names&... names) {
  return TestOption("depends_on", {std::string_view(names)...});
}
/// What only one test may use at a time, in whatever worker of the run: the test starts once it has it, so
/// that waiting for it takes none of its time. Of a shared_resource() any number of tests have a share, while
/// none has the whole. In mode `service` a plugin's tests of a service have what any of them needs.
template <class... Names>
TestOption resource(const Names&... names) {
  return TestOption("resource", {std::string_view(names)...});
}
template <class... Names>
TestOption shared_resource(const Names&... names) {
  return TestOption("shared_resource", {std::string_view(names)...});
}
/// Attempts after the first that failed.
TestOption retries(unsigned count);
/// Any other annotation; the host ignores keys it does not know.
TestOption annotation(std::string_view key, std::string_view value);

namespace detail {

using AnyFunction = void (*)();

/// A test's or fixture's function with its page type erased.
struct Body {
  AnyFunction function;
  void (*invoke)(AnyFunction function, Page* page, JsonValue* result);
  Page* (*make_page)(const PageBinding& binding);  // also tells page classes apart
};

template <class P>
Page* make_page(const PageBinding& binding) {
  return new P(binding);
}

template <class P, class R>
void invoke(AnyFunction function, Page* page, JsonValue* result) {
  const auto typed = reinterpret_cast<R (*)(P&)>(function);
  if constexpr (std::is_void_v<R>) {
    typed(static_cast<P&>(*page));
    static_cast<void>(result);
  } else {
    *result = typed(static_cast<P&>(*page));
  }
}

template <class P, class R>
Body body_of(R (*function)(P&)) {
  static_assert(std::is_base_of_v<Page, P>, "a test's argument is e2e::Page& or a class derived from it");
  return {reinterpret_cast<AnyFunction>(function), &invoke<P, R>, &make_page<P>};
}

enum class FixtureKind { once_per_run, before_all, before_each, after_each, after_all };

struct TestRegistration {
  TestRegistration(const char* name, Location where, const Body& body,
                   std::initializer_list<TestOption> options);
};
struct FixtureRegistration {
  FixtureRegistration(FixtureKind kind, const char* name, Location where, const Body& body);
};

}  // namespace detail
}  // namespace e2e

#define E2E_DETAIL_JOIN2(a, b) a##b
#define E2E_DETAIL_JOIN(a, b) E2E_DETAIL_JOIN2(a, b)
#define E2E_DETAIL_FIRST(first, ...) first
#define E2E_DETAIL_REST(first, ...) __VA_ARGS__
#define E2E_DETAIL_HERE (::e2e::Location::here(__FILE__, __LINE__))

#define E2E_DETAIL_FIXTURE(kind, label, function, result, ...)                                             \
  static result function(__VA_ARGS__);                                                                     \
  [[maybe_unused]] static const ::e2e::detail::FixtureRegistration E2E_DETAIL_JOIN(function, _registered)( \
      ::e2e::detail::FixtureKind::kind, label, E2E_DETAIL_HERE, ::e2e::detail::body_of(&function));        \
  static result function([[maybe_unused]] __VA_ARGS__)

/// `E2E_TEST(create_user, UsersPage& page, e2e::tag("smoke"), e2e::priority::high) { ... }`
///
/// A test. Its module is the file's name without extension; its id service::module::name. The page argument
/// is e2e::Page& or a class derived from it. Options: tag, priority, depends_on, timeout_ms, retries,
/// resource, shared_resource, annotation.
#define E2E_TEST(name, ...)                                                                 \
  static void e2e_test_##name(E2E_DETAIL_FIRST(__VA_ARGS__, ));                             \
  [[maybe_unused]] static const ::e2e::detail::TestRegistration e2e_test_registered_##name( \
      #name, E2E_DETAIL_HERE, ::e2e::detail::body_of(&e2e_test_##name),                     \
      {E2E_DETAIL_REST(__VA_ARGS__, nullptr)});                                             \
  static void e2e_test_##name([[maybe_unused]] E2E_DETAIL_FIRST(__VA_ARGS__, ))

/// Fixtures. Several of each are allowed: they run in the order of file name, then declaration; after_* in
/// the reverse. They are for all tests of the plugin.
///
/// Once per scope, with the scope's page. If a before_all fails, the scope's tests are errors; if it skips,
/// they are skipped. after_all runs in either case.
#define E2E_BEFORE_ALL(...) \
  E2E_DETAIL_FIXTURE(before_all, "", E2E_DETAIL_JOIN(e2e_before_all_, __LINE__), void, __VA_ARGS__)
#define E2E_AFTER_ALL(...) \
  E2E_DETAIL_FIXTURE(after_all, "", E2E_DETAIL_JOIN(e2e_after_all_, __LINE__), void, __VA_ARGS__)
/// Around each attempt, with its page. If a before_each fails, the body does not run; after_each always does.
#define E2E_BEFORE_EACH(...) \
  E2E_DETAIL_FIXTURE(before_each, "", E2E_DETAIL_JOIN(e2e_before_each_, __LINE__), void, __VA_ARGS__)
#define E2E_AFTER_EACH(...) \
  E2E_DETAIL_FIXTURE(after_each, "", E2E_DETAIL_JOIN(e2e_after_each_, __LINE__), void, __VA_ARGS__)
/// `E2E_ONCE_PER_RUN(login, UsersPage& page) { ...; return e2e::object({{"token", token}}); }`
///
/// Runs once for a service in the whole run, before the before_all fixtures; page.once_per_run("login") is
/// its result in every worker. In it on_cleanup and skip are refused: the result is for all scopes of the
/// run.
#define E2E_ONCE_PER_RUN(name, ...) \
  E2E_DETAIL_FIXTURE(once_per_run, #name, e2e_once_per_run_##name, ::e2e::JsonValue, __VA_ARGS__)
