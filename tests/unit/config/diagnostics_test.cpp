#include "config/diagnostics.hpp"

#include <e2e_catch.hpp>

#include "base/fatal.hpp"

using namespace e2e::host;

TEST_CASE("DiagnosticIsInTheDocumentedForm") {
  const SourceText source(SourceKind::file, "e2e.conf", "\n\n\n\n\nparallel:\n  max_worker: 4\n");
  Diagnostics diagnostics;
  diagnostics.add({&source, 7, 2, 10}, "unknown key 'max_worker'", "did you mean 'max_workers'?");
  CHECK(diagnostics.text() ==
        "e2e.conf:7:3: error: unknown key 'max_worker'\n"
        "    7 |   max_worker: 4\n"
        "      |   ^~~~~~~~~~\n"
        "hint: did you mean 'max_workers'?");
}

TEST_CASE("DiagnosticsAreOrderedAndToldOnce") {
  const SourceText file(SourceKind::file, "e2e.conf", "a\nb\n");
  const SourceText option(SourceKind::option, "--set x", "1");
  const SourceText variable(SourceKind::variable, "E2E_RETRIES", "x");
  Diagnostics diagnostics;
  diagnostics.add({&option, 1, 0, 1}, "third");
  diagnostics.add({&variable, 0, 0, 1}, "second", "way out");
  diagnostics.add({&file, 2, 0, 1}, "first");
  diagnostics.add({&file, 2, 0, 1}, "first");
  diagnostics.add({&file, 0, 0, 1}, "whole");
  CHECK(diagnostics.text() ==
        "e2e.conf: error: whole\n"
        "e2e.conf:2:1: error: first\n"
        "    2 | b\n"
        "      | ^\n"
        "E2E_RETRIES: error: second\n"
        "hint: way out\n"
        "--set x: error: third");
}

TEST_CASE("NothingOfTheFileControlsTheTerminal") {
  const SourceText source(SourceKind::file, "e2e.conf", "\tk\xC3\xBC: \x1B[31m\n");
  Diagnostics diagnostics;
  diagnostics.add({&source, 1, 6, 5}, "bad " + in_quotes("\x1B[31m\nx"));
  CHECK(diagnostics.text() ==
        "e2e.conf:1:6: error: bad '\\x1B[31m\\nx'\n"
        "    1 |  k\xC3\xBC: \\x1B[31m\n"
        "      |      ^~~~~~~~");
}

TEST_CASE("LongLineIsCutAroundThePlace") {
  const SourceText source(SourceKind::file, "e2e.conf",
                          std::string(1000, 'a') + "XY" + std::string(1000, 'b'));
  Diagnostics diagnostics;
  diagnostics.add({&source, 1, 1000, 2}, "here");
  CHECK(diagnostics.text() == "e2e.conf:1:1001: error: here\n    1 | ..." + std::string(80, 'a') + "XY" +
                                  std::string(78, 'b') + "...\n      | " + std::string(83, ' ') + "^~");
}

TEST_CASE("VeryManyDiagnosticsAreCut") {
  const SourceText source(SourceKind::file, "e2e.conf", std::string(200, '\n'));
  Diagnostics diagnostics;
  for (uint32_t line = 1; line <= 100; ++line) {
    CHECK(diagnostics.has_room());
    diagnostics.add({&source, line, 0, 1}, "x");
  }
  CHECK_FALSE(diagnostics.has_room());
  CHECK(diagnostics.text().find("more errors") == std::string::npos);
  diagnostics.add({&source, 101, 0, 1}, "x");
  CHECK(diagnostics.text().find("e2e.conf:101") == std::string::npos);
  CHECK(diagnostics.text().find("\nand more errors, not shown after the first 100") != std::string::npos);
}

TEST_CASE("ThrowIfAnyIsAUsageError") {
  const SourceText source(SourceKind::file, "e2e.conf", "");
  Diagnostics diagnostics;
  CHECK_NOTHROW(diagnostics.throw_if_any());
  diagnostics.add({&source, 0, 0, 1}, "wrong");
  try {
    diagnostics.throw_if_any();
    FAIL("nothing was thrown");
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    CHECK(std::string(fatal.what()) == "e2e.conf: error: wrong");
  }
}
