#include "stacks/function_name.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("AFunctionOfTheSdkIsKnownByItsName") {
  CHECK(is_sdk_function("e2e::detail::run_test(e2e::detail::Test const&, void*)"));
  // Unoptimised, templates have frames of their own.
  CHECK(is_sdk_function("void e2e::detail::invoke<e2e::Page>(void (*)(e2e::Page&), e2e::Page&)"));
  CHECK(is_sdk_function("std::vector<int, std::allocator<int> > e2e::detail::list<int>()"));
  CHECK(is_sdk_function("decltype (({parm#1}->run)()) e2e::detail::call<e2e::Page*>(e2e::Page*)"));
}

TEST_CASE("AFunctionOfTheAuthorIsNotTakenForTheSdks") {
  CHECK_FALSE(is_sdk_function("e2e_test_pays(e2e::Page&)"));
  CHECK_FALSE(is_sdk_function("(anonymous namespace)::pays(int volatile*)"));
  CHECK_FALSE(is_sdk_function("void shop::pays<e2e::detail::Test>(e2e::detail::Test, e2e::detail::Test)"));
  CHECK_FALSE(is_sdk_function("std::vector<e2e::detail::Test> shop::tests()"));
  CHECK_FALSE(is_sdk_function("my_e2e::detail::run()"));
  CHECK_FALSE(is_sdk_function("shop::operator->(shop::Purse const&)"));
  CHECK_FALSE(is_sdk_function(""));
}
