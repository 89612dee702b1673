#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "page/header_field.hpp"

namespace e2e::host {

/// The headers of one answer in the order they came, filled line by line as they arrive.
class ResponseHeaders {
 public:
  static constexpr size_t max_bytes = 256u << 10;
  static constexpr size_t max_count = 1000;

  /// Takes one line with its line end: a status line begins anew (after an interim answer), a line that
  /// begins with a blank continues the value before it, lines that are no header are passed over. False, and
  /// nothing taken, once there are more than max_bytes or max_count.
  [[nodiscard]] bool add_line(std::string_view line);

  /// True once the empty line after the headers has come.
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  [[nodiscard]] size_t size() const noexcept { return entries_.size(); }
  /// `index` is below size(). Borrowed until the next add_line().
  [[nodiscard]] HeaderField at(size_t index) const noexcept;

 private:
  struct Entry {
    uint32_t name_begin, name_size, value_begin, value_size;
  };

  std::string text_;
  std::vector<Entry> entries_;
  size_t seen_bytes_ = 0;
  bool is_complete_ = false;
};

}  // namespace e2e::host
