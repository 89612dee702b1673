#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config.hpp"
#include "test.hpp"

namespace e2e {

namespace detail {

struct TestsInTheMaking;

/// The body of a test that was made in E2E_DYNAMIC_TESTS.
class TestCall {
 public:
  virtual void call(Page& page) = 0;
  TestCall() = default;
  TestCall(const TestCall&) = delete;
  TestCall& operator=(const TestCall&) = delete;
  virtual ~TestCall();
};

/// The page class that a body asks for: of `[](UsersPage& page) {...}` UsersPage.
template <class F>
struct PageOf : PageOf<decltype(&F::operator())> {};
template <class R, class C, class P>
struct PageOf<R (C::*)(P&)> {
  using type = P;
};
template <class R, class C, class P>
struct PageOf<R (C::*)(P&) const> {
  using type = P;
};
template <class R, class P>
struct PageOf<R (*)(P&)> {
  using type = P;
};

template <class P, class F>
class OwnedTestCall final : public TestCall {
 public:
  explicit OwnedTestCall(F function) : function_(std::move(function)) {}
  void call(Page& page) override { static_cast<void>(function_(static_cast<P&>(page))); }

 private:
  F function_;
};

}  // namespace detail

/// Takes the tests that E2E_DYNAMIC_TESTS makes.
class TestRegistrar {
 public:
  explicit TestRegistrar(detail::TestsInTheMaking& tests) : tests_(tests) {}
  TestRegistrar(const TestRegistrar&) = delete;
  TestRegistrar& operator=(const TestRegistrar&) = delete;

  /// Adds a test. Its module is the file of E2E_DYNAMIC_TESTS; `name` must be the only one of it there, and
  /// the same in every worker. `body` takes e2e::Page& or a class derived from it; it is kept for all
  /// attempts.
  template <class F>
  void add(std::string_view name, const std::vector<TestOption>& options, F&& body,
           Location where = Location::here()) {
    using Function = std::decay_t<F>;
    using P = typename detail::PageOf<Function>::type;
    static_assert(std::is_base_of_v<Page, P>, "a test's argument is e2e::Page& or a class derived from it");
    take(name, options, new detail::OwnedTestCall<P, Function>(std::forward<F>(body)), &detail::make_page<P>,
         where);
  }

  /// The settings are wrong: at a JSON pointer into them, for that reason, in lower case and with the way
  /// out. The run does not start, and says it with the place in e2e.conf. Goes on, so that all that is wrong
  /// can be said at once.
  void reject(std::string_view pointer, std::string_view message);
  void reject(const Json& setting, std::string_view message) { reject(setting.pointer(), message); }

 private:
  void take(std::string_view name, const std::vector<TestOption>& options, detail::TestCall* body,
            Page* (*make_page)(const detail::PageBinding&), Location where);
  detail::TestsInTheMaking& tests_;
};

namespace detail {
struct DynamicRegistration {
  DynamicRegistration(Location where, void (*make)(TestRegistrar&));
};
}  // namespace detail
}  // namespace e2e

/// `E2E_DYNAMIC_TESTS(registrar) { registrar.add("name", {e2e::tag("smoke")}, [](e2e::Page& page) {...}); }`
///
/// Makes tests from e2e::config(), or from data that is the same in every process of a run. Runs in each
/// worker before anything else, and to list the tests; there is no page, and no request can be made. The
/// plugin is then dynamic: it is asked for its tests in every run.
#define E2E_DYNAMIC_TESTS(registrar)                                                                 \
  static void E2E_DETAIL_JOIN(e2e_dynamic_tests_, __LINE__)(::e2e::TestRegistrar&);                  \
  [[maybe_unused]] static const ::e2e::detail::DynamicRegistration E2E_DETAIL_JOIN(                  \
      e2e_dynamic_made_, __LINE__)(E2E_DETAIL_HERE, &E2E_DETAIL_JOIN(e2e_dynamic_tests_, __LINE__)); \
  static void E2E_DETAIL_JOIN(e2e_dynamic_tests_, __LINE__)([[maybe_unused]] ::e2e::TestRegistrar & registrar)
