#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace e2e {

/// How failed checks show a value. Specialise it for a type that has no `operator<<`, or a poor one:
///
///     template <> struct e2e::Printer<Money> {
///       static std::string print(const Money& money) { return money.text() + " EUR"; }
///     };
///
/// Without it are shown: numbers, bools, text, enums, pointers, std::optional, std::pair, containers and
/// arrays of what can be shown, and what has an `operator<<(std::ostream&, const T&)` (this header includes
/// no stream).
template <class T, class Enable = void>
struct Printer {};

namespace detail {

std::string text_of_bool(bool value);
std::string text_of_char(char value);
std::string text_of_int(long long value);
std::string text_of_uint(unsigned long long value);
std::string text_of_float(float value);
std::string text_of_double(double value);  ///< The shortest that reads back as the same.
std::string text_of_string(std::string_view value);
std::string text_of_cstring(const char* value);
std::string text_of_pointer(const volatile void* value);
std::string text_of_enum(const std::type_info& type, const std::string& number);
std::string text_of_opaque(const std::type_info& type);
std::string text_of_stream(void (*write)(std::ostream&, const void*), const void* value);

/// Text of a list; past a hundred elements they are only counted.
class ListText {
 public:
  bool wants_more();  ///< Counts an element.
  void add(const std::string& element);
  std::string finish();

 private:
  std::string text_;
  std::size_t count_ = 0;
};

template <class T, class = void>
struct HasPrinter : std::false_type {};
template <class T>
struct HasPrinter<T, std::void_t<decltype(std::string(Printer<T>::print(std::declval<const T&>())))>>
    : std::true_type {};

template <class T, class = void>
struct HasStream : std::false_type {};
template <class T>
struct HasStream<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct IsRange : std::false_type {};
template <class T>
struct IsRange<T, std::void_t<decltype(std::declval<const T&>().begin() != std::declval<const T&>().end())>>
    : std::true_type {};

template <class T, class = void>
struct IsSmartPointer : std::false_type {};
template <class T>
struct IsSmartPointer<T, std::void_t<typename T::element_type, decltype(*std::declval<const T&>().get())>>
    : std::true_type {};

template <class T>
void write_to_stream(std::ostream& stream, const void* value) {
  stream << *static_cast<const T*>(value);
}

template <class T>
std::string to_text(const T& value);

template <class T>
std::string to_text_of(const std::optional<T>& value) {
  return value ? to_text(*value) : "nullopt";
}

template <class A, class B>
std::string to_text_of(const std::pair<A, B>& value) {
  return "{" + to_text(value.first) + ", " + to_text(value.second) + "}";
}

template <class T>
std::string to_text_of_range(const T& range) {
  ListText list;
  for (const auto& element : range) {
    if (list.wants_more()) list.add(to_text(element));
  }
  return list.finish();
}

template <class T>
std::string to_text_of(const T& value) {
  if constexpr (IsRange<T>::value) {
    return to_text_of_range(value);
  } else {
    return text_of_opaque(typeid(T));
  }
}

/// A scalar, for which no trait of classes needs to be looked at.
template <class T>
std::string to_text_of_scalar(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return text_of_bool(value);
  } else if constexpr (std::is_same_v<T, char>) {
    return text_of_char(value);
  } else if constexpr (std::is_same_v<T, float>) {
    return text_of_float(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return text_of_double(static_cast<double>(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    return text_of_uint(value);
  } else if constexpr (std::is_integral_v<T>) {
    return text_of_int(value);
  } else if constexpr (std::is_convertible_v<T, const char*>) {
    return text_of_cstring(value);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return "nullptr";
  } else if constexpr (std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>) {
    return text_of_pointer(reinterpret_cast<const void*>(value));
  } else if constexpr (std::is_pointer_v<T>) {
    return text_of_pointer(value);
  } else {
    return text_of_opaque(typeid(T));
  }
}

template <class T>
std::string to_text(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    if constexpr (HasPrinter<T>::value) {
      return Printer<T>::print(value);
    } else if constexpr (!std::is_convertible_v<T, int> && HasStream<T>::value) {
      return text_of_stream(&write_to_stream<T>, &value);
    } else {
      return text_of_enum(typeid(T), to_text_of_scalar(static_cast<std::underlying_type_t<T>>(value)));
    }
  } else if constexpr (std::is_scalar_v<T>) {
    return to_text_of_scalar(value);
  } else if constexpr (HasPrinter<T>::value) {
    return Printer<T>::print(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return text_of_string(value);
  } else if constexpr (std::is_array_v<T>) {
    return to_text_of_range(value);
  } else if constexpr (IsSmartPointer<T>::value) {
    return text_of_pointer(value.get());
  } else if constexpr (HasStream<T>::value) {
    return text_of_stream(&write_to_stream<T>, &value);
  } else {
    return to_text_of(value);
  }
}

}  // namespace detail
}  // namespace e2e
