#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <iostream>

#include "not_tested.hpp"

namespace e2e_test {
namespace {

int not_tested_cases = 0;

}  // namespace

void not_tested(const std::string& why, Lacking lacking) {
  if (lacking == Lacking::by_mistake && std::getenv("E2E_ALL_TESTS") != nullptr)
    FAIL("not tested, and E2E_ALL_TESTS asks for all: " << why);
  WARN("not tested: " << why);
  ++not_tested_cases;
}

}  // namespace e2e_test

int main(int argc, char* argv[]) {
  const int failed = Catch::Session().run(argc, argv);
  if (failed != 0 || e2e_test::not_tested_cases == 0) return failed;
  std::cout << e2e_test::not_tested_cases << " not tested here; see above\n";
  return 77;
}
