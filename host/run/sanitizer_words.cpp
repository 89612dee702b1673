#include "run/sanitizer_words.hpp"

#include <algorithm>
#include <string>

#include "stacks/source_paths.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_words = 200;

std::string up_to_end_of_line(const std::string& text, size_t start) {
  return text.substr(start, std::min(text.find('\n', start), start + max_words) - start);
}

/// "FILE:LINE:COLUMN: runtime error: WHAT" is all that UndefinedBehaviorSanitizer says.
std::string undefined_behavior(const std::string& text, std::string_view test_file) {
  constexpr std::string_view words = ": runtime error: ";
  const size_t at = text.find(words);
  if (at == std::string::npos) return {};
  const size_t line_start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const std::string place = shortened_place(text.substr(line_start, at - line_start), test_file);
  const std::string what = "UndefinedBehaviorSanitizer: " + up_to_end_of_line(text, at + words.size());
  return place.empty() || place.size() > max_words ? what : what + ", at " + place;
}

std::string words_in(const std::string& text, std::string_view test_file) {
  for (const std::string_view words : {"ERROR: AddressSanitizer: ", "ERROR: LeakSanitizer: ",
                                       "WARNING: ThreadSanitizer: ", "WARNING: MemorySanitizer: "})
    if (const size_t at = text.find(words); at != std::string::npos)
      return up_to_end_of_line(text, text.find(' ', at) + 1);
  return undefined_behavior(text, test_file);
}

}  // namespace

void name_sanitizer(AttemptFinished& attempt, std::string_view test_file) {
  if (attempt.crash.empty()) return;
  for (const std::string* text : {&attempt.stderr_output.head, &attempt.stderr_output.tail}) {
    const std::string words = words_in(*text, test_file);
    if (words.empty()) continue;
    attempt.crash.front().what += "; " + words;
    attempt.reason += "; " + words;
    return;
  }
}

}  // namespace e2e::host
