#include "discovery/elf_notes.hpp"

#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;

namespace {

constexpr std::string_view kName("e2e", 4);
constexpr std::string_view kGnu("GNU", 4);

std::variant<ElfFile, ElfError> read_with_notes(const std::string& notes, std::uint64_t alignment = 4) {
  Forgery forgery(stub("sound.so"));
  forgery.replace_notes(notes, alignment);
  return read_elf(SpanBytes(forgery.bytes));
}

ElfFile accepted_notes(const std::string& notes, std::uint64_t alignment = 4) {
  auto result = read_with_notes(notes, alignment);
  if (const auto* error = std::get_if<ElfError>(&result)) FAIL(error->sentence);
  return std::get<ElfFile>(std::move(result));
}

std::string refused(const std::string& notes) {
  auto result = read_with_notes(notes);
  if (std::holds_alternative<ElfFile>(result)) FAIL("the notes were accepted_notes");
  CHECK(std::get<ElfError>(result).kind == ElfError::Kind::malformed);
  return std::get<ElfError>(result).sentence;
}

}  // namespace

TEST_CASE("NoteIsFoundAmongOthers", "[elf]") {
  const auto alignment = GENERATE(std::uint64_t{4}, std::uint64_t{8});
  const ElfFile file = accepted_notes(note_bytes(kGnu, 5, "property", alignment) +
                                          note_bytes(kGnu, NT_GNU_BUILD_ID, "\x01\xab\xff", alignment) +
                                          note_bytes("stapsdt", 3, "probe", alignment) +
                                          note_bytes(kName, 1, "abi=1.0\n", alignment),
                                      alignment);
  CHECK(file.build_id == "01abff");
  CHECK(file.e2e_note == "abi=1.0\n");
}

TEST_CASE("NotesOfOtherNamesAndTypesAreIgnored", "[elf]") {
  CHECK(accepted_notes(note_bytes(kName, 2, "abi=1.0\n")).e2e_note == std::nullopt);
  CHECK(accepted_notes(note_bytes({"e2f", 4}, 1, "abi=1.0\n")).e2e_note == std::nullopt);
  CHECK(accepted_notes(note_bytes("e2ex", 1, "abi=1.0\n")).e2e_note == std::nullopt);
  CHECK(accepted_notes("").e2e_note == std::nullopt);
}

TEST_CASE("EmptyDescriptorIsStillANote", "[elf]") {
  CHECK(accepted_notes(note_bytes(kName, 1, "")).e2e_note == "");
}

TEST_CASE("EmptySegmentOfNotesMayBeAnywhere", "[elf]") {
  Forgery forgery(stub("sound.so"));
  forgery.replace_notes("");
  forgery.set_header(PT_NOTE, &Elf64_Phdr::p_offset, 0xffff'ffff'ffff'fff0);
  const auto result = read_elf(SpanBytes(forgery.bytes));
  REQUIRE(std::holds_alternative<ElfFile>(result));
  CHECK(std::get<ElfFile>(result).e2e_note == std::nullopt);
}

TEST_CASE("SecondE2eNoteIsRefused", "[elf]") {
  CHECK(refused(note_bytes(kName, 1, "abi=1.0\n") + note_bytes(kName, 1, "abi=1.0\n")) ==
        "the file is damaged: it has more than one e2e note");
}

TEST_CASE("NoteNameWithoutNulIsRefused", "[elf]") {
  CHECK(refused(note_bytes("e2e", 1, "abi=1.0\n")) ==
        "the file is damaged: the name of its e2e note has no NUL at its end");
}

TEST_CASE("NoteLargerThanItsSegmentIsRefused", "[elf]") {
  const auto field = GENERATE(as<std::size_t>(), 0, 4);  // the size of the name, that of the descriptor
  const auto size = GENERATE(as<std::uint32_t>(), 0x40, 0x7fff'ffff, 0xffff'fff0, 0xffff'ffff);
  std::string note = note_bytes(kName, 1, "abi=1.0\n");
  std::memcpy(note.data() + field, &size, sizeof(size));
  CHECK(refused(note) == "the file is damaged: a note reaches beyond its segment");
}

TEST_CASE("NotesUpTo64KiBAreRead", "[elf]") {
  const std::string filling = note_bytes("x", 9, std::string(65536 - 16 - 24, 'x'));
  const std::string note = note_bytes(kName, 1, "abi=1.0\n");
  REQUIRE(filling.size() + note.size() == 65536);
  CHECK(accepted_notes(filling + note).e2e_note == "abi=1.0\n");
  CHECK(refused(filling + note + "x") == "the file is damaged: its notes are larger than 64 KiB");
}

TEST_CASE("NotesCutAnywhereAreNeverReadBeyondTheCut", "[elf]") {
  const std::string notes = note_bytes(kGnu, NT_GNU_BUILD_ID, "12345678") + note_bytes(kName, 1, "abi=1.0\n");
  for (std::size_t size = 0; size < notes.size(); ++size) {
    INFO(size);
    const auto result = read_with_notes(notes.substr(0, size));
    if (const auto* file = std::get_if<ElfFile>(&result)) REQUIRE(file->e2e_note == std::nullopt);
  }
}
