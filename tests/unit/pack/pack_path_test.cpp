#include "pack/pack_path.hpp"

#include <e2e_catch.hpp>
#include <string>

using namespace e2e::host;

TEST_CASE("APathStaysInThePack") {
  for (const char* good :
       {"a", "lib/users.so", "data/a b/c.txt", "data/.hidden", "\xC3\xBC/x", "..a/b..", "a/..."})
    CHECK(pack_path_problem(good) == "");
  CHECK(pack_path_problem("") == "is empty");
  CHECK(pack_path_problem("/abs") == "is absolute");
  for (const char* path : {"../x", "a/../../x", "a/..", ".."})
    CHECK(pack_path_problem(path) == "leads out of the pack");
  for (const char* path : {"a//b", "a/", "a/b/"}) CHECK(pack_path_problem(path) == "has an empty part");
  for (const char* path : {".", "./a", "a/./b"}) CHECK(pack_path_problem(path) == "has a part '.'");
  for (const std::string& path : {std::string("a\nb"), std::string("a\tb"), std::string("a\0b", 3),
                                  std::string("a\x1b[31m"), std::string("a\x7f"), std::string("a\\b"),
                                  std::string("a\xE2\x80\xAE"
                                              "b")})
    CHECK(pack_path_problem(path) == "has control characters, direction marks or backslashes");
  for (const char* path : {"a\xff", "\xC3", "\xED\xA0\x80"}) CHECK(pack_path_problem(path) == "is not UTF-8");
  CHECK(pack_path_problem(std::string(513, 'a')) == "is longer than 512 bytes");
  CHECK(pack_path_problem(std::string(256, 'a')) == "has a part of more than 255 bytes");
  CHECK(pack_path_problem("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16") == "");
  CHECK(pack_path_problem("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17") == "has more than 16 parts");
}

TEST_CASE("AWordIsAPartOfFileNames") {
  for (const char* good : {"a", "shop-tests", "1.2.0", "1.0.0-rc1+7", "A_b"})
    CHECK(pack_word_problem(good) == "");
  for (const std::string& bad :
       {std::string(), std::string(65, 'a'), std::string("-a"), std::string(".a"), std::string("a/b"),
        std::string("a b"), std::string("a..b"), std::string("\xC3\xBC"), std::string("a\n")})
    CHECK(pack_word_problem(bad) != "");
}

TEST_CASE("VersionsAreInTheOrderOfTheirParts") {
  const char* const in_order[] = {"0.9",
                                  "1.0.0-alpha",
                                  "1.0.0-alpha.1",
                                  "1.0.0-alpha.beta",
                                  "1.0.0-beta.2",
                                  "1.0.0-beta.11",
                                  "1.0.0-rc.1",
                                  "1.0.0",
                                  "1.0.1",
                                  "1.2",
                                  "1.10",
                                  "2",
                                  "10",
                                  "100000000000000000000000000"};
  for (size_t i = 0; i < std::size(in_order); ++i)
    for (size_t j = 0; j < std::size(in_order); ++j) {
      INFO(in_order[i] << " " << in_order[j]);
      const int order = compare_versions(in_order[i], in_order[j]);
      CHECK((order < 0) == (i < j));
      CHECK((order > 0) == (i > j));
    }
  CHECK(compare_versions("1.0", "1.0.0") == 0);
  CHECK(compare_versions("1.0+a", "1.0+b") == 0);
  CHECK(compare_versions("1.01", "1.1") == 0);
}
