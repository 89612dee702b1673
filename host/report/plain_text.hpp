#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// The text for a file that people read: terminal escape sequences are taken out, line ends are \n, and all
/// else that XML can't hold or that reorders what is shown is made visible, as printable() does.
std::string plain_text(std::string_view text);

/// The text, or its beginning and end with a line between that says how much was left out, about `limit`
/// bytes.
std::string bounded(std::string text, size_t limit);

/// A name, a place or another short text: plain_text() of about 4 KiB of it.
std::string plain_line(std::string_view text);

/// The attempt with each text plain_text() and bounded: its numbers of failures, steps, exchanges and notes,
/// too. What is cut says so.
AttemptFinished plain_attempt(const AttemptFinished& attempt);
FixtureFailed plain_fixture(const FixtureFailed& fixture);
RunEnvironment plain_environment(const RunEnvironment& environment);
TestInfo plain_test(const TestInfo& test);

}  // namespace e2e::host
