#include "scaffold/templates.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "scaffold/scaffold.hpp"

using namespace e2e::host;

TEST_CASE("WhatIsPutInIsNotLookedAtAgain") {
  CHECK(filled("page.hpp.in", {{"SERVICE", "@PAGE_CLASS@"}, {"PAGE_CLASS", "X"}})
            .find("The service @PAGE_CLASS@,") != std::string::npos);
}

TEST_CASE("AnAtSignOfTheFilesOwnStays") {
  const std::string text = filled("github.yml", {});
  CHECK(text == std::string(template_text("github.yml")));
  CHECK(text.find("actions/checkout@v4") != std::string::npos);
}

TEST_CASE("NothingIsLeftUnfilled") {
  for (const char* url : {"", "http://127.0.0.1:1"}) {
    std::vector<NewFile> files = project_files("demo", {"users", url}, {});
    files.push_back(test_file("users", "02_more.cpp", "more", true));
    for (const auto& file : files) {
      INFO(file.path.string());
      CHECK_FALSE(file.text.empty());
      for (const char* name :
           {"@PROJECT@", "@SERVICE@", "@SERVICES@", "@PAGE_CLASS@", "@PAGE_FILE@", "@TEST@", "@INCLUDE@"})
        CHECK(file.text.find(name) == std::string::npos);
    }
  }
}
