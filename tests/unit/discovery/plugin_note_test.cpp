#include "discovery/plugin_note.hpp"

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

constexpr const char* kLeast = "abi=1.0\nid=users\nservice=users\n";

PluginNote accepted(const std::string& text) {
  auto result = parse_plugin_note(text);
  if (const auto* error = std::get_if<PluginNoteError>(&result)) FAIL(error->sentence);
  return std::get<PluginNote>(std::move(result));
}

PluginNoteError refused(const std::string& text) {
  auto result = parse_plugin_note(text);
  if (std::holds_alternative<PluginNote>(result)) FAIL("the note was accepted");
  return std::get<PluginNoteError>(std::move(result));
}

}  // namespace

TEST_CASE("NoteWithAllFieldsIsParsed", "[plugin_note]") {
  const PluginNote note = accepted(
      "abi=1.7\nid=users\nversion=1.2.3\nservice=*\nsdk=0.1.0\ncxx=g++ 12.2.0\nstdlib=libstdc++ 12\n"
      "sanitizer=address,undefined\ncolour=blue=green\nflag=\n");
  CHECK(note.abi == AbiVersion{1, 7});
  CHECK(note.id == "users");
  CHECK(note.version == "1.2.3");
  CHECK(note.service == "*");
  CHECK(note.sdk == "0.1.0");
  CHECK(note.cxx == "g++ 12.2.0");
  CHECK(note.stdlib == "libstdc++ 12");
  CHECK(note.sanitizer == "address,undefined");
  CHECK(note.other ==
        std::vector<std::pair<std::string, std::string>>{{"colour", "blue=green"}, {"flag", ""}});
}

TEST_CASE("NoteWithRequiredFieldsOnlyIsParsed", "[plugin_note]") {
  const PluginNote note = accepted("service=A.b_c-9\nid=x\nabi=65535.0\n");
  CHECK(note.abi.text() == "65535.0");
  CHECK(note.service == "A.b_c-9");
  CHECK(note.version.empty());
  CHECK(note.other.empty());
}

TEST_CASE("MissingRequiredFieldIsNamed", "[plugin_note]") {
  CHECK(refused("").sentence == "its e2e note has no 'abi'");
  CHECK(refused("id=a\nservice=a\n").sentence == "its e2e note has no 'abi'");
  CHECK(refused("abi=1.0\nservice=a\n").sentence == "its e2e note has no 'id'");
  CHECK(refused("abi=1.0\nid=a\n").sentence == "its e2e note has no 'service'");
}

TEST_CASE("AbiIsKnownWhateverElseIsWrong", "[plugin_note]") {
  CHECK(refused("abi=2.0\nid=a\n").abi == AbiVersion{2, 0});
  CHECK(refused("abi=2.0\nnonsense\n").abi == AbiVersion{2, 0});
  CHECK(refused("nonsense\nabi=2.0\n").abi == std::nullopt);
}

TEST_CASE("AbiMustBeTwoNumbers", "[plugin_note]") {
  const auto abi =
      GENERATE(as<std::string>(), "", "1", "1.", ".1", "1.0.0", "1.x", "-1.0", "+1.0", "1. 0", "65536.0");
  CHECK(refused("abi=" + abi + "\nid=a\nservice=a\n").sentence ==
        "'abi' in its e2e note is '" + abi + "', not a version like 1.0");
}

TEST_CASE("IdAndServiceMustBeNames", "[plugin_note]") {
  const auto name =
      GENERATE(as<std::string>(), "", "a b", "a/b", "a::b", "\xc3\xa4", "**", std::string(65, 'a'));
  CHECK(refused("abi=1.0\nid=" + name + "\nservice=a\n").sentence.starts_with("'id' in its e2e note is '"));
  CHECK(refused("abi=1.0\nid=a\nservice=" + name + "\n")
            .sentence.starts_with("'service' in its e2e note is '"));
}

TEST_CASE("NameOf64CharactersIsAccepted", "[plugin_note]") {
  const std::string name(64, 'a');
  CHECK(accepted("abi=1.0\nid=" + name + "\nservice=a\n").id == name);
}

TEST_CASE("StarIsAServiceButNoId", "[plugin_note]") {
  CHECK(refused("abi=1.0\nid=*\nservice=a\n").sentence ==
        "'id' in its e2e note is '*', not 1 to 64 of A-Z a-z 0-9 . _ -");
}

TEST_CASE("KeyThatAppearsTwiceIsRefused", "[plugin_note]") {
  CHECK(refused(std::string(kLeast) + "id=users\n").sentence == "its e2e note has 'id' twice");
  CHECK(refused(std::string(kLeast) + "x=1\nx=2\n").sentence == "its e2e note has 'x' twice");
}

TEST_CASE("LineThatIsNotKeyAndValueIsRefused", "[plugin_note]") {
  const auto line =
      GENERATE(as<std::string>(), "", "sdk", "=1", "Sdk=1", "s dk=1", std::string(65, 'k') + "=");
  CHECK(refused(kLeast + line + "\n").sentence.starts_with("line 4 of its e2e note is not key=value: '"));
}

TEST_CASE("LastLineMustEnd", "[plugin_note]") {
  CHECK(refused(std::string(kLeast) + "sdk=1").sentence == "line 4 of its e2e note has no end");
  CHECK(refused(std::string(kLeast) + '\0').sentence == "line 4 of its e2e note has no end");
}

TEST_CASE("TextThatIsNotPlainUtf8IsRefusedAndShownHarmless", "[plugin_note]") {
  const auto value = GENERATE(as<std::string>(), "a\tb", "a\x1b[31mb", "a\x7f", "a\xff", "\xc0\xaf",
                              "\xed\xa0\x80", "\xe2\x80\xae", "\xc3", "\xc2\x85", std::string(1, '\0'));
  const std::string sentence = refused(kLeast + ("sdk=" + value) + "\n").sentence;
  CHECK(sentence.starts_with("'sdk' in its e2e note is not plain UTF-8 text: '"));
  CHECK(sentence.find_first_of(std::string("\x1b\t\x7f\xff\xc0\xed\xc3\xc2\0", 9)) == std::string::npos);
}

TEST_CASE("OtherScriptsAreText", "[plugin_note]") {
  CHECK(accepted(kLeast + std::string("version=1.0-\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n")).version ==
        "1.0-\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST_CASE("LongValuesAndManyLinesAreRefused", "[plugin_note]") {
  CHECK(accepted(kLeast + ("x=" + std::string(4096, 'x')) + "\n").other.size() == 1);
  CHECK(refused(kLeast + ("x=" + std::string(4097, 'x')) + "\n").sentence ==
        "'x' in its e2e note is longer than 4096 bytes");

  std::string lines = kLeast;
  for (int i = 0; i < 253; ++i) lines += "k" + std::to_string(i) + "=\n";
  CHECK(accepted(lines).other.size() == 253);
  CHECK(refused(lines + "more=\n").sentence == "its e2e note has more than 256 lines");
}
