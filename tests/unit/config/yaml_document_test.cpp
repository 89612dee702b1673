#include "config/yaml_document.hpp"

#include <chrono>
#include <e2e_catch.hpp>

using namespace e2e::host;

namespace {

struct Parsed {
  explicit Parsed(std::string text) : source(SourceKind::file, "e2e.conf", std::move(text)) {
    root = parse_yaml(source, diagnostics);
  }
  SourceText source;
  Diagnostics diagnostics;
  YamlPointer root;
};

std::string error_of(std::string text) { return Parsed(std::move(text)).diagnostics.text(); }

double seconds_to_parse(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  const Parsed parsed(text);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("ValuesKnowWhereTheyStand") {
  const Parsed parsed("a:\n  b: 'x y'\n  c: [1, two]\n");
  REQUIRE(parsed.diagnostics.is_empty());
  const YamlNode* map = parsed.root->find("a");
  REQUIRE(map);
  CHECK(map->entries[0].key_at.line == 2);
  CHECK(map->entries[0].key_at.column == 2);
  CHECK(map->find("b")->at.column == 5);
  CHECK(map->find("b")->at.length == 5);
  CHECK_FALSE(map->find("b")->is_plain);
  REQUIRE(map->find("c")->items.size() == 2);
  CHECK(map->find("c")->items[1]->text == "two");
  CHECK(map->find("c")->items[1]->is_plain);
  CHECK(map->find("d") == nullptr);
}

TEST_CASE("EmptyTextIsNull") {
  for (const char* text : {"", "# only a comment\n", "---\n", "~"}) {
    const Parsed parsed(text);
    CHECK(parsed.diagnostics.is_empty());
    REQUIRE(parsed.root);
    CHECK(parsed.root->kind == YamlNode::Kind::null);
  }
}

TEST_CASE("SyntaxErrorShowsItsLine") {
  CHECK(error_of("a: [1, 2\nb: 3\n") ==
        "e2e.conf:2:2: error: end of sequence flow not found\n"
        "    2 | b: 3\n"
        "      |  ^");
}

TEST_CASE("ReferenceWithoutQuotesInFlowIsExplained") {
  CHECK(error_of("a: {b: http://${HOST}}\n") ==
        "e2e.conf:1:16: error: end of map flow not found\n"
        "    1 | a: {b: http://${HOST}}\n"
        "      |                ^\n"
        "hint: inside of { } and [ ], a value with ${...} needs quotes");
}

TEST_CASE("EveryDuplicateKeyIsToldWithItsFirst") {
  CHECK(error_of("a: 1\nb: 2\na: 3\n'b': 4\n") ==
        "e2e.conf:3:1: error: duplicate key 'a'\n"
        "    3 | a: 3\n"
        "      | ^\n"
        "hint: it is set already in line 1\n"
        "e2e.conf:4:1: error: duplicate key 'b'\n"
        "    4 | 'b': 4\n"
        "      | ^~~\n"
        "hint: it is set already in line 2");
}

TEST_CASE("KeyMustBeAText") {
  CHECK(error_of("[a, b]: 1\n") ==
        "e2e.conf:1:1: error: a key must be a text, not a list\n"
        "    1 | [a, b]: 1\n"
        "      | ^");
}

TEST_CASE("TagsAreRefusedButForStrings") {
  CHECK(error_of("a: !secret x\n") ==
        "e2e.conf:1:4: error: tags are not supported here\n"
        "    1 | a: !secret x\n"
        "      |    ^~~~~~~\n"
        "hint: leave the tag out");
  const Parsed parsed("a: !!str 5\n");
  CHECK(parsed.diagnostics.is_empty());
  CHECK_FALSE(parsed.root->find("a")->is_plain);
}

TEST_CASE("EscapesAreReadAsUtf8") {
  const Parsed parsed("a: \"\\N\\_\\L\\x85\\u0085\\U0001F600\"\n");
  CHECK(parsed.diagnostics.is_empty());
  CHECK(parsed.root->find("a")->text == "\u0085\u00A0\u2028\u0085\u0085\U0001F600");
}

TEST_CASE("SecondDocumentIsAnError") {
  CHECK(error_of("a: 1\n---\nb: 2\n") ==
        "e2e.conf:3:1: error: a second YAML document; only one is read\n"
        "    3 | b: 2\n"
        "      | ^");
}

TEST_CASE("AliasesAndMergeKeysWork") {
  const Parsed parsed(
      "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\none: *base\n"
      "two: {<<: *base, b: 9}\nthree: {<<: [*base, *more], d: 5}\n");
  CHECK(parsed.diagnostics.text() == "");
  CHECK(parsed.root->find("one")->find("b")->text == "2");
  CHECK(parsed.root->find("two")->find("a")->text == "1");
  CHECK(parsed.root->find("two")->find("b")->text == "9");
  CHECK(parsed.root->find("two")->entries.size() == 2);
  CHECK(parsed.root->find("three")->find("b")->text == "2");
  CHECK(parsed.root->find("three")->find("c")->text == "4");
  CHECK(error_of("a: {<<: 5}\n") ==
        "e2e.conf:1:9: error: '<<' needs a map, or a list of maps, not '5'\n"
        "    1 | a: {<<: 5}\n"
        "      |         ^");
}

TEST_CASE("AliasOfItselfIsAnError") {
  CHECK(error_of("a: &x [*x]\n") ==
        "e2e.conf:1:8: error: an alias inside of what it stands for\n"
        "    1 | a: &x [*x]\n"
        "      |        ^");
}

TEST_CASE("BinaryTextIsAnErrorAtItsFirstBadByte") {
  CHECK(error_of(std::string("a: 1\nb: \0", 9)) ==
        "e2e.conf:2:4: error: control character 0x00; is this a text file?\n"
        "    2 | b: \\x00\n"
        "      |    ^~~~");
  CHECK(error_of("a: \xFF\n") ==
        "e2e.conf:1:4: error: byte 0xFF is not UTF-8; is this a text file?\n"
        "    1 | a: \\xFF\n"
        "      |    ^~~~");
  // yaml-cpp alone would end the text here, and say nothing of what follows.
  CHECK(error_of("a: 1\n\x04\nb: 2\n").find("control character 0x04") != std::string::npos);
}

TEST_CASE("DeepNestingIsAnError") {
  const auto brackets = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(error_of(brackets(64)) == "");
  CHECK(error_of(brackets(65)).find(": error: nested deeper than 64 levels\n") != std::string::npos);
  CHECK(error_of(std::string(100'000, '[')).find(": error: nested deeper than 64 levels\n") !=
        std::string::npos);
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  CHECK(error_of(dashes).find(": error: nested deeper than 64 levels\n") != std::string::npos);
}

TEST_CASE("YamlBombIsAnErrorAtTheAliasThatIsTooMuch") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'i'; ++name) {
    bomb += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) bomb += std::string(i ? ", *" : "*") + static_cast<char>(name - 1);
    bomb += "]\n";
  }
  CHECK(error_of(bomb) ==
        "e2e.conf:5:36: error: more than 100000 values, counting what aliases stand for\n"
        "    5 | e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
        "      |                                    ^");
}

TEST_CASE("LargestHostileTextsTakeLessThanTheirSecond") {
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() + piece.size() <= max_config_bytes) text += piece;
    return text;
  };
  // Ten seconds, for sanitizers and busy machines: what is looked for is growth without bound.
  for (const char* piece : {"a: 1\n", "[",       "{",   "- ", "? ",    "a",    "a ",      "\"", "&a ",
                            "!a ",    "a: &a\n", "#\n", "\n", "  ",    "a: [", "- - a\n", "'",  "|\n",
                            "%a\n",   "*a ",     ", ",  ": ", "---\n", "\t",   "a\n",     "[a,"}) {
    INFO(piece);
    CHECK(seconds_to_parse(repeated(piece)) < 10);
    std::string in_list = repeated(piece);
    in_list[0] = '[';
    CHECK(seconds_to_parse(in_list) < 10);
  }
}

TEST_CASE("OverlayMergesMapsAndReplacesTheRest") {
  const Parsed base("a: {x: 1, y: 2}\nb: [1, 2]\nc: {z: 1}\n");
  const Parsed overlay("a: {y: 3, w: 4}\nb: [5]\nc: ~\nd: 6\n");
  const YamlPointer merged = merge_yaml(base.root, overlay.root);
  CHECK(merged->find("a")->find("x")->text == "1");
  CHECK(merged->find("a")->find("y")->text == "3");
  CHECK(merged->find("a")->find("w")->text == "4");
  CHECK(merged->find("b")->items.size() == 1);
  CHECK(merged->find("c")->find("z")->text == "1");
  CHECK(merged->find("d")->text == "6");
  CHECK(base.root->find("a")->find("y")->text == "2");
}
