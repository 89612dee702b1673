#pragma once

#include <string>
#include <type_traits>

#include "context.hpp"
#include "print.hpp"

namespace e2e {
class Json;
}

namespace e2e::detail {

/// Both sides of a comparison that did not hold, and maybe where they differ.
struct Sides {
  std::string actual, expected, difference;
};

/// What became of a check's expression. `sides` is null if it held, else owned by the check.
struct Outcome {
  bool held;
  Sides* sides;
};

Outcome did_not_hold(std::string actual, std::string expected);
/// With the relation in which the two were to be: "", "less than ".
Outcome related(Outcome outcome, const char* relation);
void finish_check(const Outcome& outcome, const char* expression, const char* file, unsigned line);
void finish_require(const Outcome& outcome, const char* expression, const char* file, unsigned line);
void finish_throws(bool has_thrown, bool is_hard, const char* expression, const char* file, unsigned line);

template <class T>
constexpr bool is_text_pointer_v =
    std::is_same_v<std::decay_t<T>, const char*> || std::is_same_v<std::decay_t<T>, char*>;

template <class T>
constexpr bool is_plain_integer_v = std::is_integral_v<T> && !std::is_same_v<T, bool>;

/// Integers of different signedness are compared by value, so `v.size() == 3` gives no warning and
/// `-1 < 1u` holds; C strings are compared by their text.
template <class L, class R>
constexpr bool needs_ordering_v = (is_text_pointer_v<L> && is_text_pointer_v<R>) ||
                                  (is_plain_integer_v<L> && is_plain_integer_v<R> &&
                                   std::is_signed_v<L> != std::is_signed_v<R>);

/// Below, at or above 0, as std::string::compare.
int ordering(const char* lhs, const char* rhs);
template <class L, class R>
constexpr std::enable_if_t<std::is_integral_v<L>, int> ordering(L lhs, R rhs) {
  if constexpr (std::is_signed_v<L>) {
    if (lhs < 0) return -1;
    const auto value = static_cast<std::make_unsigned_t<L>>(lhs);
    return value < rhs ? -1 : (value > rhs ? 1 : 0);
  } else {
    return -ordering(rhs, lhs);
  }
}

template <class T>
constexpr bool always_false_v = false;

/// The left-hand side of a check's expression. Lives as long as that expression.
template <class L>
class LeftSide {
 public:
  explicit LeftSide(const L& value) : value_(value) {}

#define E2E_DETAIL_COMPARE(op, relation)                                                     \
  template <class R>                                                                         \
  Outcome operator op(const R& rhs) const {                                                  \
    bool held;                                                                               \
    if constexpr (needs_ordering_v<L, R>) {                                                  \
      held = ordering(value_, rhs) op 0;                                                     \
    } else {                                                                                 \
      held = static_cast<bool>(value_ op rhs);                                               \
    }                                                                                        \
    if (held) return {true, nullptr};                                                        \
    if constexpr (std::is_same_v<L, Json>) {                                                 \
      return related(json_did_not_hold(value_, rhs), relation);                              \
    } else {                                                                                 \
      return related(did_not_hold(detail::to_text(value_), detail::to_text(rhs)), relation); \
    }                                                                                        \
  }
  E2E_DETAIL_COMPARE(==, "")
  E2E_DETAIL_COMPARE(!=, "not ")
  E2E_DETAIL_COMPARE(<, "less than ")
  E2E_DETAIL_COMPARE(<=, "at most ")
  E2E_DETAIL_COMPARE(>, "more than ")
  E2E_DETAIL_COMPARE(>=, "at least ")
#undef E2E_DETAIL_COMPARE

  operator Outcome() const {
    if constexpr (std::is_convertible_v<const L&, Outcome>) {
      return value_;
    } else {
      return truth();
    }
  }

 private:
  Outcome truth() const {
    if (static_cast<bool>(value_)) return {true, nullptr};
    return did_not_hold(detail::to_text(value_), std::is_same_v<L, bool> ? "true" : "a true value");
  }

  const L& value_;
};

#define E2E_DETAIL_REFUSE(op)                                                    \
  template <class L, class R>                                                    \
  Outcome operator op(const LeftSide<L>&, const R&) {                            \
    static_assert(always_false_v<R>, "a check takes one comparison: put (a " #op \
                                     " b) in parentheses, or "                   \
                                     "write two checks");                        \
    return {};                                                                   \
  }                                                                              \
  template <class R>                                                             \
  Outcome operator op(const Outcome&, const R&) {                                \
    static_assert(always_false_v<R>, "a check takes one comparison: put (a " #op \
                                     " b) in parentheses, or "                   \
                                     "write two checks");                        \
    return {};                                                                   \
  }
E2E_DETAIL_REFUSE(&&)
E2E_DETAIL_REFUSE(||)
#undef E2E_DETAIL_REFUSE

struct Decomposer {
  template <class L>
  LeftSide<L> operator<<(const L& lhs) const {
    return LeftSide<L>(lhs);
  }
};

}  // namespace e2e::detail

#if defined(__clang__)
#define E2E_DETAIL_QUIET \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Woverloaded-shift-op-parentheses\"")
#define E2E_DETAIL_LOUD _Pragma("clang diagnostic pop")
#else
#define E2E_DETAIL_QUIET
#define E2E_DETAIL_LOUD
#endif

#define E2E_DETAIL_CHECK(finish, ...)                                                                    \
  do {                                                                                                   \
    E2E_DETAIL_QUIET                                                                                     \
    ::e2e::detail::finish(::e2e::detail::Decomposer() << __VA_ARGS__, #__VA_ARGS__, __FILE__, __LINE__); \
    E2E_DETAIL_LOUD                                                                                      \
  } while (false)

#define E2E_DETAIL_THROWS(is_hard, ...)                                                      \
  do {                                                                                       \
    bool e2e_has_thrown = false;                                                             \
    try {                                                                                    \
      static_cast<void>(__VA_ARGS__);                                                        \
    } catch (const ::e2e::detail::Unwinding&) {                                              \
      throw;                                                                                 \
    } catch (...) {                                                                          \
      e2e_has_thrown = true;                                                                 \
    }                                                                                        \
    ::e2e::detail::finish_throws(e2e_has_thrown, is_hard, #__VA_ARGS__, __FILE__, __LINE__); \
  } while (false)

/// Reports a failure that shows both sides if the expression does not hold, and goes on.
/// One comparison (==, !=, <, <=, >, >=), or anything that converts to bool.
#define E2E_CHECK(...) E2E_DETAIL_CHECK(finish_check, __VA_ARGS__)
/// As E2E_CHECK, but ends the test.
#define E2E_REQUIRE(...) E2E_DETAIL_CHECK(finish_require, __VA_ARGS__)
/// Holds if the expression throws. A failed assertion inside it still ends the test.
#define E2E_CHECK_THROWS(...) E2E_DETAIL_THROWS(false, __VA_ARGS__)
#define E2E_REQUIRE_THROWS(...) E2E_DETAIL_THROWS(true, __VA_ARGS__)
