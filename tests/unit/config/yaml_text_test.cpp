#include "config/yaml_text.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "config/yaml_document.hpp"

using namespace e2e::host;

TEST_CASE("AYamlTextIsReadAsItWas") {
  for (const std::string text :
       {"", "plain", "say \"it\" \\ '", "two\nlines\n---\n...", "tab\tand\rmore", "a: b # c", "\x1b[31m\x7f",
        "null", "\xc3\xa9\xf0\x9f\x98\x80", "\xe2\x80\xae reversed", "\xc2\x85 next line"}) {
    INFO(text);
    const std::string written = yaml_text(text);
    for (const char c : written) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(written.find("\xe2\x80\xae") == std::string::npos);
    const SourceText source(SourceKind::file, "text", "- " + written + "\n- end\n");
    Diagnostics diagnostics;
    const YamlPointer root = parse_yaml(source, diagnostics);
    CHECK(diagnostics.text() == "");
    REQUIRE(root);
    REQUIRE(root->items.size() == 2);
    CHECK(root->items[0]->kind == YamlNode::Kind::scalar);
    CHECK(root->items[0]->text == text);
  }
  CHECK(yaml_text("a\xff"
                  "b") ==
        "\"a\xEF\xBF\xBD"
        "b\"");
  CHECK(yaml_text("\xe2\x80\xae\x1b") == "\"\\u202e\\u001b\"");
}
