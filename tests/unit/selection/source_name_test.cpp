#include "selection/source_name.hpp"

#include <string>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

CatalogTest test(const std::string& service, const std::string& file, uint32_t line) {
  CatalogTest made;
  made.info.service = service;
  made.info.file = file;
  made.info.line = line;
  return made;
}

/// "FILE at LINE", or "none".
std::string parsed(const std::string& word) {
  const auto name = parse_source_name(word);
  return name ? name->file.string() + " at " + std::to_string(name->line) : "none";
}

}  // namespace

TEST_CASE("SourceFileIsToldByItsEnding", "[source_name]") {
  CHECK(parsed("a.cpp") == "a.cpp at 0");
  CHECK(parsed("x/01_a.cc:12") == "x/01_a.cc at 12");
  CHECK(parsed("/x/a.hpp:12:7") == "/x/a.hpp at 12");
  CHECK(parsed("C:\\a.cpp:3") == "C:\\a.cpp at 3");
  for (const char* word :
       {"users", "users::01_a::b", "a.txt", "a.cpp:", "a.cpp:0", "a.cpp:x", ".cpp", ":12", ""})
    CHECK(parsed(word) == "none");
}

TEST_CASE("PathMayBeAbsoluteOrTheEndOfTheRecordedOne", "[source_name]") {
  const std::string recorded = "services/users/modules/01_a.cpp";
  const auto is_same = [&](const std::string& typed, const std::string& folder = "") {
    return is_same_source(typed, recorded, folder);
  };
  CHECK(is_same("01_a.cpp"));
  CHECK(is_same("modules/01_a.cpp"));
  CHECK(is_same("./modules/../modules/01_a.cpp"));
  CHECK(is_same("/home/me/project/services/users/modules/01_a.cpp"));
  CHECK(is_same("../users/modules/01_a.cpp", "/home/me/project/services/orders"));
  CHECK_FALSE(is_same("../modules/01_a.cpp", "/home/me/project/services/orders"));
  CHECK_FALSE(is_same("1_a.cpp"));
  CHECK_FALSE(is_same("orders/modules/01_a.cpp"));
  CHECK_FALSE(is_same("/elsewhere/modules/01_a.cpp"));
  CHECK(is_same_source("/p/a.cpp", "/p/a.cpp", ""));
  CHECK(is_same_source("a.cpp", "/p/a.cpp", "/p"));
  CHECK_FALSE(is_same_source("/q/p/a.cpp", "/p/a.cpp", ""));
  CHECK_FALSE(is_same_source("a.cpp", "", "/p"));
}

TEST_CASE("LineMeansTheTestDeclaredThereOrLastBefore", "[source_name]") {
  Catalog catalog;
  catalog.tests = {test("orders", "m/a.cpp", 5), test("users", "m/a.cpp", 5),  test("users", "m/a.cpp", 9),
                   test("users", "m/a.cpp", 9),  test("users", "n/a.cpp", 20), test("users", "m/b.cpp", 1)};
  const auto at = [&](const std::string& word) { return tests_at(catalog, *parse_source_name(word), ""); };
  using Indices = std::vector<uint32_t>;
  CHECK(at("a.cpp") == Indices{0, 1, 2, 3, 4});
  CHECK(at("m/a.cpp:5") == Indices{0, 1});
  CHECK(at("m/a.cpp:8") == Indices{0, 1});
  // A table's tests share a line; each service's test of a shared file counts.
  CHECK(at("m/a.cpp:9") == Indices{0, 2, 3});
  CHECK(at("a.cpp:1000") == Indices{0, 2, 3, 4});
  CHECK(at("m/a.cpp:4").empty());
  CHECK(at("c.cpp").empty());
}
