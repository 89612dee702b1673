#pragma once

#include <curl/curl.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "page/header_field.hpp"

namespace e2e::host {

/// A request's header lines in the form that libcurl takes them. Kept and refilled, so that a request
/// allocates nothing for them once the largest has been seen.
class RequestHeaders {
 public:
  /// Takes the place of what was there before. Headers that libcurl would add of its own accord (accept,
  /// content-type, expect) are turned off where `headers` has none of that name; a content-length that says
  /// what libcurl says anyway (`body_bytes`; -1: nothing) is left to it.
  void assign(std::span<const HeaderField> headers, int64_t body_bytes);

  /// Null if there is none. Valid until the next assign().
  [[nodiscard]] curl_slist* list() noexcept { return nodes_.empty() ? nullptr : nodes_.data(); }

  /// True if a content-length is among them that belies the body: the connection can't be used afterwards.
  [[nodiscard]] bool has_false_length() const noexcept { return has_false_length_; }

 private:
  void add_line(std::string_view name, std::string_view separator, std::string_view value);

  std::string text_;
  std::vector<size_t> starts_;
  std::vector<curl_slist> nodes_;
  bool has_false_length_ = false;
};

}  // namespace e2e::host
