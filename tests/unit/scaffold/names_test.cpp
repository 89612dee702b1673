#include "scaffold/names.hpp"

#include <e2e_catch.hpp>
#include <string>

using namespace e2e::host;

TEST_CASE("AServiceCanBeAFolderATargetAndAClass") {
  for (const char* good : {"a", "users", "user-accounts", "Users_2"}) CHECK(new_service_problem(good) == "");
  const std::string form =
      "must be a letter, then letters, digits, '-' and '_': it becomes a folder, a CMake target and a class";
  for (const char* bad : {"", "2fa", "-a", "_a", "a b", "a/b", "..", "a.b", "\xC3\xBC", "a;b", "a$b", "*"})
    CHECK(new_service_problem(bad) == form);
  CHECK(new_service_problem(std::string(64, 'a')) == "");
  CHECK(new_service_problem(std::string(65, 'a')) == "is longer than 64 characters");
  for (const char* kept : {"test", "all", "clean", "install", "e2e-sdk"})
    CHECK(new_service_problem(kept) == "is a target that CMake or the SDK keeps for itself");
}

TEST_CASE("ATestCanBeAFunction") {
  for (const char* good : {"a", "creates_user", "Test2"}) CHECK(new_test_problem(good) == "");
  for (const char* bad : {"", "2fa", "a-b", "a b", "a/b", "\xC3\xBC", "a;b"})
    CHECK(new_test_problem(bad) ==
          "must be a letter, then letters, digits and '_': it becomes a function in C++");
  for (const char* kept : {"_a", "a__b", "__"})
    CHECK(new_test_problem(kept) ==
          "has an underscore in front, or two in a row: C++ keeps such names for itself");
  for (const char* keyword : {"delete", "int", "co_await", "xor", "main"})
    CHECK(new_test_problem(keyword) == "is a word that C++ keeps for itself");
  CHECK(new_test_problem(std::string(65, 'a')) == "is longer than 64 characters");
}

TEST_CASE("PagesAreNamedAfterTheirService") {
  CHECK(page_class_of("users") == "UsersPage");
  CHECK(page_class_of("user-accounts_v2") == "UserAccountsV2Page");
  CHECK(page_file_of("user-accounts") == "user_accounts_page.hpp");
}

TEST_CASE("AnyFolderNamesAProject") {
  CHECK(project_name_of("my-tests") == "my-tests");
  CHECK(project_name_of("my tests (2)") == "my_tests__2_");
  CHECK(project_name_of("") == "e2e_");
  CHECK(project_name_of("2026") == "e2e_2026");
}
