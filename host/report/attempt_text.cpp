#include "report/attempt_text.hpp"

#include <fmt/format.h>

#include "report/failure_text.hpp"
#include "report/plain_text.hpp"

namespace e2e::host {
namespace {

const TextLayout kPlainLayout{Ink(), 120};

std::string without_heading(const std::string& text) { return text.substr(text.find('\n') + 1); }

}  // namespace

std::string explanation_of(const TestInfo& test, const AttemptFinished& attempt) {
  AttemptFinished told = attempt;
  told.stdout_output = told.stderr_output = {};
  return without_heading(failure_text(test, told, kPlainLayout));
}

std::string explanation_of(const FixtureFailed& fixture) {
  return without_heading(failure_text(fixture, kPlainLayout));
}

std::string message_of(const AttemptFinished& attempt, size_t limit) {
  const std::string cause = cause_line(attempt);
  return bounded(cause.empty() ? std::string(to_string(attempt.status)) : cause, limit);
}

std::string output_text(const CapturedOutput& output) {
  if (output.omitted_bytes == 0) return output.head + output.tail;
  std::string text =
      output.head + fmt::format("\n… {} bytes left out …\n", output.omitted_bytes) + output.tail;
  if (!output.file.empty()) text += fmt::format("\n… all of it: {}\n", output.file);
  return text;
}

}  // namespace e2e::host
