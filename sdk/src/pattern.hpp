#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "e2e/match.hpp"

namespace e2e::detail {

/// What a Pattern shares with its copies.
struct PatternNode {
  enum class Kind {
    literal,
    any,
    matching,
    satisfies,
    object,
    exactly,
    each,
    elements,
    any_order,
    contains,
    optional
  };

  explicit PatternNode(Kind of) : kind(of) {}

  Kind kind;
  AnyKind any = AnyKind::value;
  std::string text;               ///< literal: JSON; matching: the expression; satisfies: the description
  std::vector<std::string> keys;  ///< object, exactly: of `children`
  std::vector<Pattern> children;
  std::unique_ptr<JsonPredicate> predicate;
  std::atomic<unsigned> references{1};
};

const char* any_text(AnyKind kind);

/// What a list of differences holds at most; the last line then says how many more there are.
class Differences {
 public:
  void add(const Json& actual, const std::string& what) { add(actual.pointer(), what); }
  void add(const std::string& pointer, const std::string& what);
  bool empty() const { return count_ == 0; }
  std::vector<std::string> take();

 private:
  static constexpr std::size_t max_kept = 20;
  std::vector<std::string> lines_;
  std::size_t count_ = 0;
};

/// What is different between a value and the one that it should equal.
void compare(const Json& actual, const Json& expected, Differences& differences);
/// What a value has other than its pattern.
void compare(const Json& actual, const Pattern& pattern, Differences& differences);

/// A value for one line: compact JSON, cut if it is long.
std::string shown(const Json& value);
/// `text`, cut at a character if it has more than `max_bytes`.
std::string cut(std::string text, std::size_t max_bytes);

}  // namespace e2e::detail
