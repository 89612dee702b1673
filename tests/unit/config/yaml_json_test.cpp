#include "config/yaml_json.hpp"

#include <string>

#include "config/source_text.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

std::string json_of(const std::string& yaml) {
  std::string problem;
  return yaml_to_json("data.yaml", yaml, problem).value_or("PROBLEM " + problem);
}

}  // namespace

TEST_CASE("YamlComesToTheJsonThatYamlOnePointTwoSays") {
  CHECK(json_of("- name: Ada\n  age: 36\n  admin: true\n- name: 'true'\n  age: 1.5e3\n  zip: 01234\n") ==
        R"([{"name":"Ada","age":36,"admin":true},{"name":"true","age":1.5e3,"zip":"01234"}])");
  CHECK(json_of("a: &x {k: [1, ~, no]}\nb: *x\n") == R"({"a":{"k":[1,null,"no"]},"b":{"k":[1,null,"no"]}})");
  CHECK(json_of("") == "null");
  CHECK(json_of("\xEF\xBB\xBF"
                "a: \"\\u00e4\"") == "{\"a\":\"\xC3\xA4\"}");
}

TEST_CASE("WhatIsNoYamlIsToldWithItsPlace") {
  CHECK(json_of("a: 1\na: 2\n").find("PROBLEM data.yaml:2:1: error: ") == 0);
  CHECK(json_of("a: [1").find("PROBLEM data.yaml:") == 0);
  CHECK(json_of(std::string("a: \0", 4)).find("PROBLEM data.yaml:1:4: error: ") == 0);
  CHECK(json_of(std::string(max_config_bytes + 1, ' ')) == "PROBLEM data.yaml: larger than 1 MiB");
  std::string bomb = "a0: &a0 " + std::string(10'000, 'x') + "\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 6; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  CHECK(json_of(bomb).find("PROBLEM ") == 0);
}
