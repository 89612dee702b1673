#include "near_miss.hpp"

#include <algorithm>

namespace smoke {
namespace {

size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string near_miss(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr size_t max_word_bytes = 100;
  if (word.size() > max_word_bytes) return "";
  std::string_view best;
  size_t best_edits = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (word.size() >= 3 && candidate.substr(0, word.size()) == word) return std::string(candidate);
    const size_t edits = edits_between(word, candidate);
    if (edits >= best_edits) continue;
    best = candidate;
    best_edits = edits;
  }
  return std::string(best);
}

}  // namespace smoke
