#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// Which tests an expression of --filter means, as `service(users) & tag(smoke) - test(/slow/)`.
///
///   expression  a | b, a + b, a or b   either        binds weakest
///               a & b, a and b         both
///               a - b                  a without b   as strong as `and`
///               !a, not a              all but a     binds strongest
///               (a), all(), none()
///   set         service(M) module(M) test(M) id(M) tag(M) file(M)
///   matcher M   a name, or a pattern with * ? [...] as a shell has it; /REGEX/ (ECMAScript), found anywhere
///
/// Immutable.
class Filter {
 public:
  /// A name without wildcards, which some test should have.
  struct Name {
    std::string set, text;
  };

  /// Throws Fatal(usage), which points at what can't be understood.
  explicit Filter(std::string_view expression);

  [[nodiscard]] bool matches(const TestInfo& test) const { return matches_(test); }
  /// Whether a test is in the set of that name.
  static bool has(const TestInfo& test, const Name& name);
  /// Those that the expression mentions.
  [[nodiscard]] const std::vector<Name>& names() const noexcept { return names_; }

 private:
  std::vector<Name> names_;  // before matches_, whose making fills it
  std::function<bool(const TestInfo&)> matches_;
};

/// What a test can be matched by in the set: its service, its tags, ...
std::vector<std::string> filter_texts(const TestInfo& test, std::string_view set);

}  // namespace e2e::host
