#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

// What new services and tests may be called. Each function returns what is wrong with the name, in words that
// go behind it
// ("is a word that C++ keeps for itself"), or an empty text.

/// A service's name becomes a folder, a CMake target and, in CamelCase, a class: a letter, then letters,
/// digits, '-' and '_', at most 64, and nothing that CMake keeps for itself.
std::string new_service_problem(std::string_view name);

/// A test's name becomes a function: an identifier of C++ of at most 64 characters, no keyword, without the
/// underscores that belong to the implementation ([lex.name]).
std::string new_test_problem(std::string_view name);

/// A new service's page class: "user-accounts" has UserAccountsPage. The name has no new_service_problem().
std::string page_class_of(std::string_view service);

/// What the file of that class is called: "user-accounts" has "user_accounts_page.hpp".
std::string page_file_of(std::string_view service);

/// A folder's name as CMake takes it for a project: characters that it might trip over become '_'; never
/// empty.
std::string project_name_of(std::string_view folder);

}  // namespace e2e::host
