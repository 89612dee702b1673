#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "check.hpp"
#include "json.hpp"
#include "response.hpp"

/// JSON held against a pattern, with the differences told by path. Not part of e2e.hpp.
namespace e2e {

class Pattern;
struct PatternMember;

namespace detail {

struct PatternNode;

enum class AnyKind {
  value,
  string,
  non_empty,
  integer,
  number,
  boolean,
  array,
  object,
  uuid,
  date,
  date_time,
  url
};

/// The function of satisfies().
class JsonPredicate {
 public:
  virtual bool holds(const Json& value) = 0;
  JsonPredicate() = default;
  JsonPredicate(const JsonPredicate&) = delete;
  JsonPredicate& operator=(const JsonPredicate&) = delete;
  virtual ~JsonPredicate();
};

template <class F>
class OwnedJsonPredicate final : public JsonPredicate {
 public:
  explicit OwnedJsonPredicate(const F& function) : function_(function) {}
  bool holds(const Json& value) override { return static_cast<bool>(function_(value)); }

 private:
  F function_;
};

Pattern make_satisfies(std::string_view description, JsonPredicate* owned);

}  // namespace detail

/// What a JSON value is to look like: a value that it equals, `{{"key", pattern}, ...}` for an object that
/// has at least these members, one of any::..., or what the functions below make. Copies are cheap.
class Pattern {
 public:
  template <class T, std::enable_if_t<std::is_convertible_v<const T&, JsonValue>, int> = 0>
  Pattern(const T& value) : Pattern(from_value(JsonValue(value))) {}
  Pattern(std::initializer_list<PatternMember> members);
  Pattern(detail::AnyKind kind);
  Pattern(const Pattern& other) noexcept;
  Pattern& operator=(const Pattern& other) noexcept;
  ~Pattern();

  /// In words: `a UUID`, `{"id": a UUID, "name": "Ada"}`.
  std::string text() const;

  /// @internal Takes the node over.
  explicit Pattern(detail::PatternNode* node) noexcept : node_(node) {}
  const detail::PatternNode& node() const noexcept { return *node_; }

 private:
  static Pattern from_value(const JsonValue& value);
  detail::PatternNode* node_;
};

/// A member of an object's pattern: `{"id", e2e::any::uuid}`.
struct PatternMember {
  PatternMember(std::string_view member_key, const Pattern& value);
  ~PatternMember();
  PatternMember(const PatternMember&);
  std::string key;
  Pattern pattern;
};

namespace any {
inline constexpr detail::AnyKind value = detail::AnyKind::value;  ///< Whatever it is, null too.
inline constexpr detail::AnyKind string = detail::AnyKind::string;
inline constexpr detail::AnyKind non_empty = detail::AnyKind::non_empty;  ///< Text of at least one byte.
inline constexpr detail::AnyKind integer = detail::AnyKind::integer;
inline constexpr detail::AnyKind number = detail::AnyKind::number;  ///< Integers too.
inline constexpr detail::AnyKind boolean = detail::AnyKind::boolean;
inline constexpr detail::AnyKind array = detail::AnyKind::array;
inline constexpr detail::AnyKind object = detail::AnyKind::object;
inline constexpr detail::AnyKind uuid = detail::AnyKind::uuid;  ///< RFC 9562, in any case.
inline constexpr detail::AnyKind date = detail::AnyKind::date;  ///< ISO 8601: "2024-02-29".
inline constexpr detail::AnyKind date_time =
    detail::AnyKind::date_time;                               ///< RFC 3339: "2024-02-29T12:00:00Z".
inline constexpr detail::AnyKind url = detail::AnyKind::url;  ///< http or https, with a host.
}  // namespace any

/// Of a member: it may be missing or null, or else looks like this.
Pattern optional(const Pattern& pattern);
/// An object with these members and no others.
Pattern exactly(std::initializer_list<PatternMember> members);
/// An array, which may be empty, whose elements all look like this.
Pattern each(const Pattern& pattern);
/// An array of these elements, in this order.
Pattern elements(std::initializer_list<Pattern> patterns);
/// An array of these elements, in any order.
Pattern any_order(std::initializer_list<Pattern> patterns);
/// An array that has an element for each of these, and maybe others, in any order.
Pattern contains(std::initializer_list<Pattern> patterns);
/// A string in which the regular expression (Perl's syntax) is found; `^` and `$` are its ends.
Pattern matching(std::string_view expression);
/// A value for which the function answers true: `satisfies("an even number", [](const Json& n) {...})`.
template <class F>
Pattern satisfies(std::string_view description, const F& function) {
  return detail::make_satisfies(description, new detail::OwnedJsonPredicate<F>(function));
}

/// What matches() found. In E2E_CHECK and E2E_REQUIRE it shows the differences.
class [[nodiscard]] MatchResult {
 public:
  explicit operator bool() const noexcept { return differences_.empty(); }
  /// "/items/0/id: expected a UUID, got 7": a line each, at most 20.
  std::vector<std::string> differences() const { return differences_; }
  /// @internal
  operator detail::Outcome() const;
  MatchResult(std::vector<std::string> differences, std::string pattern);
  MatchResult(const MatchResult&);
  ~MatchResult();

 private:
  std::vector<std::string> differences_;
  std::string pattern_;
};

/// Whether the value looks like the pattern: `E2E_CHECK(e2e::matches(json["user"], {{"id",
/// e2e::any::uuid}}))`
MatchResult matches(const Json& json, const Pattern& pattern);
MatchResult matches(const Response& response, const Pattern& pattern, Location where = Location::here());

/// Ends the test if the body does not look like the pattern, with the differences.
void assert_matches(const Response& response, const Pattern& pattern, Location where = Location::here());
void assert_matches(const Json& json, const Pattern& pattern, Location where = Location::here());
/// The same, and goes on. Whether it held.
bool expect_matches(const Response& response, const Pattern& pattern, Location where = Location::here());
bool expect_matches(const Json& json, const Pattern& pattern, Location where = Location::here());

/// Ends the test if the body is not valid by a JSON Schema (draft 7), with what is wrong. `schema` may be the
/// text of one, too.
void assert_schema(const Response& response, const JsonValue& schema, Location where = Location::here());
void assert_schema(const Json& json, const JsonValue& schema, Location where = Location::here());
/// The same, and goes on. Whether it held.
bool expect_schema(const Response& response, const JsonValue& schema, Location where = Location::here());
bool expect_schema(const Json& json, const JsonValue& schema, Location where = Location::here());

/// Whether a regular expression (Perl's syntax) is found in the text. The test fails if it is none.
bool is_match(std::string_view text, std::string_view expression, Location where = Location::here());

bool is_uuid(std::string_view text);
bool is_date(std::string_view text);       ///< ISO 8601: "2024-02-29", a day that there is.
bool is_date_time(std::string_view text);  ///< RFC 3339: "2024-02-29T12:00:00.5+01:00".

}  // namespace e2e
