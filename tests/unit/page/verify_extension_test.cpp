#include "page/verify_extension.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "page/json_extension.hpp"
#include "page_fixture.hpp"

using namespace e2e::host;

namespace {

const e2e_verify_v1& verify = verify_extension();
const e2e_json_v1& json = json_extension();

/// A document of its own.
struct Parsed {
  explicit Parsed(const std::string& document) {
    e2e_str error{};
    root = json.parse(nullptr, str(document), &error);
    if (root == nullptr) throw std::runtime_error(text(error));
  }
  ~Parsed() { json.release(nullptr, root); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  e2e_json* root;
};

/// The return code, and what is said.
std::pair<e2e_rc, std::string> held(const std::string& schema, const std::string& document) {
  const Parsed parsed_schema(schema), parsed(document);
  e2e_str problems{};
  const e2e_rc rc = verify.schema(nullptr, parsed_schema.root, parsed.root, &problems);
  return {rc, text(problems)};
}
using Verdict = std::pair<e2e_rc, std::string>;

std::pair<e2e_rc, std::string> found(const std::string& expression, const std::string& searched) {
  e2e_str error{};
  const e2e_rc rc = verify.regex(nullptr, str(expression), str(searched), &error);
  return {rc, text(error)};
}

const char* const user_schema = R"({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["id", "email"],
  "properties": {
    "id": {"type": "integer", "minimum": 1},
    "email": {"type": "string", "pattern": "^[^@]+@[^@]+$"},
    "born": {"type": "string", "format": "date"},
    "roles": {"type": "array", "items": {"$ref": "#/definitions/role"}, "uniqueItems": true}
  },
  "definitions": {"role": {"enum": ["user", "admin"]}},
  "if": {"properties": {"id": {"const": 1}}},
  "then": {"required": ["roles"]}
})";

}  // namespace

TEST_CASE("AValidDocumentHasNoProblems") {
  CHECK(held(user_schema, R"({"id": 1, "email": "a@b", "born": "2000-02-29", "roles": ["admin"]})") ==
        Verdict{E2E_PASS, ""});
  CHECK(held("true", "7") == Verdict{E2E_PASS, ""});
}

TEST_CASE("EachProblemNamesItsPlace") {
  const auto [rc, problems] = held(user_schema, R"({"id": 0, "email": "ab", "roles": ["user", "root"]})");
  CHECK(rc == E2E_FAIL);
  for (const char* line : {"/id: ", "/email: ", "/roles/1: "}) {
    INFO(problems);
    CHECK(problems.find(line) != std::string::npos);
  }
  CHECK(held(R"({"required": ["a/b"]})", "{}").second == "the document: Missing required property 'a/b'.");
  CHECK(held(R"({"properties": {"a/b": {"type": "string"}}})", R"({"a/b": 7})").second.find("/a~1b: ") == 0);
  CHECK(held(user_schema, R"({"id": 1, "email": "a@b"})").first == E2E_FAIL);
  CHECK(held(user_schema, R"({"id": 2, "email": "a@b", "born": "2001-13-01"})").first == E2E_FAIL);
}

TEST_CASE("TypesAreNotConverted") {
  CHECK(held(R"({"type": "integer"})", "\"7\"").first == E2E_FAIL);
  CHECK(held(R"({"type": "string"})", "7").first == E2E_FAIL);
  CHECK(held(R"({"type": "boolean"})", "\"true\"").first == E2E_FAIL);
}

TEST_CASE("ManyProblemsAreCutAtTwenty") {
  std::string document = "[0";
  for (int i = 0; i < 100; ++i) document += ",0";
  const std::string problems = held(R"({"items": {"type": "string"}})", document + "]").second;
  CHECK(std::count(problems.begin(), problems.end(), '\n') < 20);
}

TEST_CASE("ASchemaThatIsNoneIsAnError") {
  CHECK(held("7", "{}") ==
        Verdict{E2E_ERROR, "the schema can't be used: it is neither an object nor true or false"});
  const auto [rc, problems] = held(R"({"type": "nonsense"})", "{}");
  CHECK(rc == E2E_ERROR);
  CHECK(problems.find("the schema can't be used: ") == 0);
  CHECK(held(R"({"$ref": "http://127.0.0.1:1/other.json"})", "{}").first == E2E_ERROR);
}

TEST_CASE("HostileDocumentsDoNotEndTheStack") {
  const std::string pattern_schema = R"({"properties": {"x": {"pattern": "^(a|b)*$"}}})";
  CHECK(held(pattern_schema, R"({"x": ")" + std::string(64 << 10, 'a') + "\"}") == Verdict{E2E_PASS, ""});
  CHECK(held(pattern_schema, R"({"x": ")" + std::string((64 << 10) + 1, 'a') + "\"}") ==
        Verdict{E2E_ERROR,
                "the document has a text longer than 64 KiB, which no pattern or format is held against"});
  CHECK(held(R"({"type": "object"})", R"({"x": ")" + std::string(1 << 20, 'a') + "\"}").first == E2E_PASS);
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "[";
  for (int i = 0; i < 200; ++i) deep += "]";
  CHECK(held(R"({"items": {"$ref": "#"}})", deep) == Verdict{E2E_PASS, ""});
}

TEST_CASE("ExpressionsAreSearchedFor") {
  CHECK(found("^usr_[0-9]+$", "usr_12") == Verdict{E2E_PASS, ""});
  CHECK(found("b+", "abbc") == Verdict{E2E_PASS, ""});
  CHECK(found("^b", "abbc") == Verdict{E2E_FAIL, ""});
  const auto [rc, error] = found("(", "x");
  CHECK(rc == E2E_ERROR);
  CHECK(!error.empty());
}

TEST_CASE("AnExpressionThatWouldTakeForEverIsAnError") {
  const auto [rc, error] = found("^(a+)+$", std::string(200, 'a') + "b");
  CHECK(rc == E2E_ERROR);
  CHECK(!error.empty());
  CHECK(found("^a+$", std::string(1 << 20, 'a')).first == E2E_PASS);
}

TEST_CASE("BytesHaveAHash") {
  CHECK(text(verify.sha256(nullptr, str("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("NullArgumentsOfVerifyAreErrors") {
  CHECK(verify.schema(nullptr, nullptr, nullptr, nullptr) == E2E_ERROR);
  CHECK(verify.regex(nullptr, {nullptr, 5}, {nullptr, 0}, nullptr) == E2E_ERROR);
  CHECK(verify.sha256(nullptr, {nullptr, 5}).len == 0);
}
