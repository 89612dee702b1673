// Reading a forgery, and what a test expects of it.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "discovery/elf_file.hpp"
#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

namespace e2e::host::elf_test {

/// What the reader says of the forgery.
inline std::variant<ElfFile, ElfError> read(const Forgery& forgery) {
  return read_elf(SpanBytes(forgery.bytes));
}

/// The file; the test fails if it is refused.
inline ElfFile read_file(const Forgery& forgery) {
  auto result = read(forgery);
  if (const auto* error = std::get_if<ElfError>(&result)) FAIL(error->sentence);
  return std::get<ElfFile>(std::move(result));
}

/// The error; the test fails if the file is accepted.
inline ElfError error_of(const Forgery& forgery) {
  auto result = read(forgery);
  if (std::holds_alternative<ElfFile>(result)) FAIL("the file was accepted");
  return std::get<ElfError>(std::move(result));
}

/// Holds if the file is refused as damaged, for this reason.
inline void check_damaged(const Forgery& forgery, const std::string& reason) {
  const ElfError error = error_of(forgery);
  CHECK(error.sentence == "the file is damaged: " + reason);
  CHECK(error.kind == ElfError::Kind::malformed);
}

}  // namespace e2e::host::elf_test
