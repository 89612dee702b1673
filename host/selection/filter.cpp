#include "selection/filter.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <memory>
#include <regex>
#include <utility>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

using Predicate = std::function<bool(const TestInfo&)>;
using TextPredicate = std::function<bool(const std::string&)>;

constexpr size_t most_bytes = 16 * 1024;
/// Of parentheses and negations in one another.
constexpr int deepest = 200;
constexpr std::array<std::string_view, 6> sets = {"service", "module", "test", "id", "tag", "file"};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads an expression from left to right, by recursive descent.
class FilterParser {
 public:
  FilterParser(std::string_view text, std::vector<Filter::Name>& names) : text_(text), names_(names) {}

  Predicate parse() {
    if (text_.size() > most_bytes)
      throw Fatal(ExitCode::usage, fmt::format("error: --filter: longer than {} bytes", most_bytes));
    Predicate all = either();
    skip_spaces();
    if (at_ < text_.size()) refuse(at_, "expected '|', '&' or '-'");
    return all;
  }

 private:
  Predicate either() {
    Predicate left = both();
    while (takes_sign("|+") || takes_word("or"))
      left = [left = std::move(left), right = both()](const TestInfo& test) {
        return left(test) || right(test);
      };
    return left;
  }

  Predicate both() {
    Predicate left = single();
    while (true) {
      if (takes_sign("&") || takes_word("and"))
        left = [left = std::move(left), right = single()](const TestInfo& test) {
          return left(test) && right(test);
        };
      else if (takes_sign("-"))
        left = [left = std::move(left), right = single()](const TestInfo& test) {
          return left(test) && !right(test);
        };
      else
        return left;
    }
  }

  Predicate single() {
    if (++depth_ > deepest) refuse(at_, fmt::format("more than {} levels", deepest));
    Predicate made;
    if (takes_sign("!") || takes_word("not")) {
      made = [inner = single()](const TestInfo& test) { return !inner(test); };
    } else if (takes_sign("(")) {
      made = either();
      expect_end_of_group();
    } else {
      made = set();
    }
    --depth_;
    return made;
  }

  Predicate set() {
    skip_spaces();
    const size_t begin = at_;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    if (word.empty()) refuse(begin, "expected a set, as tag(smoke)");
    const bool is_constant = word == "all" || word == "none";
    if (!is_constant && std::find(sets.begin(), sets.end(), word) == sets.end()) {
      std::vector<std::string> known(sets.begin(), sets.end());
      known.insert(known.end(), {"all", "none"});
      const std::string meant = near_miss(word, known);
      refuse(begin, fmt::format("no set '{}'{}", word,
                                meant.empty() ? fmt::format("; there are {}", fmt::join(known, ", "))
                                              : fmt::format("; did you mean '{}'?", meant)));
    }
    if (!takes_sign("(")) refuse(at_, fmt::format("expected '(' after '{}'", word));
    if (is_constant) {
      expect_end_of_group();
      return [is_all = word == "all"](const TestInfo&) { return is_all; };
    }
    skip_spaces();
    TextPredicate is_it = at_ < text_.size() && text_[at_] == '/' ? regex() : name(word);
    expect_end_of_group();
    return [word, is_it = std::move(is_it)](const TestInfo& test) {
      const auto texts = filter_texts(test, word);
      return std::any_of(texts.begin(), texts.end(), is_it);
    };
  }

  TextPredicate regex() {
    const size_t begin = at_++;
    std::string pattern;
    for (; at_ < text_.size() && text_[at_] != '/'; ++at_) {
      // "\/" is a slash; every other escape is the regular expression's own.
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '/')
        pattern += text_[at_++];
      else if (text_[at_] == '\\' && at_ + 1 < text_.size())
        ++at_;
      pattern += text_[at_];
    }
    if (at_ == text_.size()) refuse(begin, "the regular expression has no closing '/'");
    ++at_;
    try {
      const auto made = std::make_shared<std::regex>(pattern, std::regex::ECMAScript | std::regex::optimize);
      return [made](const std::string& text) { return std::regex_search(text, *made); };
    } catch (const std::regex_error& error) {
      refuse(begin, fmt::format("no regular expression: {}", error.what()));
    }
  }

  TextPredicate name(const std::string& set) {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ')')
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1;
    std::string pattern(text_.substr(begin, at_ - begin));
    while (!pattern.empty() && pattern.back() == ' ') pattern.pop_back();
    if (pattern.empty()) refuse(begin, fmt::format("{}() needs a name or /REGEX/", set));
    if (pattern.find_first_of("*?[\\") == std::string::npos) {
      names_.push_back({set, pattern});
      return [pattern](const std::string& text) { return text == pattern; };
    }
    return [pattern](const std::string& text) { return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0; };
  }

  void expect_end_of_group() {
    if (!takes_sign(")")) refuse(at_, "expected ')'");
  }

  bool takes_sign(std::string_view any_of) {
    skip_spaces();
    if (at_ == text_.size() || any_of.find(text_[at_]) == any_of.npos) return false;
    ++at_;
    return true;
  }

  bool takes_word(std::string_view word) {
    skip_spaces();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word) || (rest.size() > word.size() && is_word_character(rest[word.size()])))
      return false;
    at_ += word.size();
    return true;
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  [[noreturn]] void refuse(size_t at, const std::string& why) const {
    const std::string before = printable(text_.substr(0, at));
    throw Fatal(ExitCode::usage, fmt::format("error: --filter: {}\n    {}{}\n    {:>{}}", why, before,
                                             printable(text_.substr(at)), '^', before.size() + 1));
  }

  std::string_view text_;
  std::vector<Filter::Name>& names_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::vector<std::string> filter_texts(const TestInfo& test, std::string_view set) {
  if (set == "service") return {test.service};
  if (set == "module") return {test.module};
  if (set == "id") return {test.id};
  if (set == "tag") return test.tags;
  // By its last part alone, too: that of a table's case without the case, that of a path without folders.
  if (set == "file") return {test.file, test.file.substr(test.file.rfind('/') + 1)};
  const size_t dot = test.name.find('.');
  if (dot == std::string::npos) return {test.name};
  return {test.name, test.name.substr(0, dot)};
}

Filter::Filter(std::string_view expression) : matches_(FilterParser(expression, names_).parse()) {}

bool Filter::has(const TestInfo& test, const Name& name) {
  const auto texts = filter_texts(test, name.set);
  return std::find(texts.begin(), texts.end(), name.text) != texts.end();
}

}  // namespace e2e::host
