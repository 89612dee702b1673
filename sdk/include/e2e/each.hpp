#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "dynamic.hpp"
#include "test.hpp"

namespace e2e::detail {

template <class P, class Row>
class CaseCall final : public TestCall {
 public:
  CaseCall(void (*function)(P&, const Row&), const Row& row) : function_(function), row_(row) {}
  void call(Page& page) override { function_(static_cast<P&>(page), row_); }

 private:
  void (*function_)(P&, const Row&);
  const Row row_;
};

template <class Row, class = void>
struct HasName : std::false_type {};
template <class Row>
struct HasName<
    Row, std::enable_if_t<std::is_convertible_v<decltype(std::declval<const Row&>().name), std::string_view>>>
    : std::true_type {};

/// What a row is called: its member `name`, itself if it is text or a number; else nothing.
template <class Row>
std::string row_name(const Row& row) {
  if constexpr (HasName<Row>::value) {
    return std::string(std::string_view(row.name));
  } else if constexpr (std::is_convertible_v<const Row&, std::string_view>) {
    return std::string(std::string_view(row));
  } else if constexpr (std::is_arithmetic_v<Row>) {
    return JsonValue(row).text();
  } else {
    static_cast<void>(row);
    return {};
  }
}

/// The tests of an E2E_TEST_EACH.
class EachRegistration {
 public:
  template <class Rows, class P, class Row>
  EachRegistration(const char* name, Location where, const Rows& rows, void (*function)(P&, const Row&),
                   std::initializer_list<TestOption> options) {
    static_assert(std::is_base_of_v<Page, P>, "a test's argument is e2e::Page& or a class derived from it");
    std::size_t index = 0;
    for (const auto& row : rows)
      add(name, where, row_name<Row>(row), ++index, new CaseCall<P, Row>(function, row), &make_page<P>,
          options);
  }

 private:
  void add(const char* name, Location where, const std::string& row, std::size_t number, TestCall* call,
           Page* (*make_page)(const PageBinding&), std::initializer_list<TestOption> options);
};

}  // namespace e2e::detail

/// `E2E_TEST_EACH(refuses_email, bad_emails, UsersPage& page, const BadEmail& row, e2e::tag("smoke")) { ...
/// }`
///
/// A test for each row of a table (an array or container that is defined above), which get a copy of it. A
/// test is called `refuses_email.NAME`: by the row's member `name`, or by the row itself if it is text or a
/// number, in letters, digits, '-' and '_'; a row without a name by its number, from 1. Options as of
/// E2E_TEST.
#define E2E_TEST_EACH(name, rows, page_argument, ...)                                           \
  static void e2e_test_##name(page_argument, E2E_DETAIL_FIRST(__VA_ARGS__, ));                  \
  [[maybe_unused]] static const ::e2e::detail::EachRegistration e2e_test_registered_##name(     \
      #name, E2E_DETAIL_HERE, rows, &e2e_test_##name, {E2E_DETAIL_REST(__VA_ARGS__, nullptr)}); \
  static void e2e_test_##name([[maybe_unused]] page_argument,                                   \
                              [[maybe_unused]] E2E_DETAIL_FIRST(__VA_ARGS__, ))
