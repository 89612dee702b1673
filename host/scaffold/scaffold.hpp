#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scaffold/new_files.hpp"
#include "scaffold/service_entry.hpp"

namespace e2e::host {

/// A service that files are made for.
struct NewService {
  std::string name;      ///< without new_service_problem()
  std::string base_url;  ///< where it runs; empty: e2e-host serves a sample in its place, so that there is
                         ///< something to test
};

/// Which CI services a new project gets files for.
struct CiChoice {
  bool github = true, gitlab = true;
};

/// A whole project with one service: CMake, configuration, tests, CI, editor tasks. Only what the project
/// can't be without may not be there yet. `folder` is the project folder's name.
std::vector<NewFile> project_files(std::string_view folder, const NewService& service, const CiChoice& ci);

/// The page class and the first module of a service, in services/NAME.
std::vector<NewFile> service_files(const NewService& service);

/// What e2e.conf says of it.
EntryLines service_entry(const NewService& service);

/// A module with one test. `file_name` is the module's, such as "02_refunds.cpp"; the page class is used
/// where `has_page`.
NewFile test_file(std::string_view service, std::string_view file_name, std::string_view test, bool has_page);

}  // namespace e2e::host
