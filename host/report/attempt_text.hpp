#pragma once

#include <string>

#include "events/event.hpp"

namespace e2e::host {

// Texts of attempts for report files. What they are given is plain: plain_attempt(), plain_test().

/// All that explains a bad attempt but its heading and what it wrote, which reports have places of their own
/// for.
std::string explanation_of(const TestInfo& test, const AttemptFinished& attempt);

/// The cause in a line, or the status where nobody said why; about `limit` bytes.
std::string message_of(const AttemptFinished& attempt, size_t limit);

/// What was written, with a line between its ends that says how much was left out, and where all of it is.
std::string output_text(const CapturedOutput& output);

/// The cause of a fixture's failure, and all that explains it.
std::string explanation_of(const FixtureFailed& fixture);

}  // namespace e2e::host
