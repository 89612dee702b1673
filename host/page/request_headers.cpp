#include "page/request_headers.hpp"

#include <fmt/format.h>

#include <array>

namespace e2e::host {

void RequestHeaders::assign(std::span<const HeaderField> headers, int64_t body_bytes) {
  text_.clear();
  starts_.clear();
  has_false_length_ = false;
  struct Automatic {
    std::string_view name;
    bool is_given = false;
  };
  std::array<Automatic, 3> automatic = {{{"accept"}, {"content-type"}, {"expect"}}};

  for (const HeaderField& header : headers) {
    for (Automatic& one : automatic) one.is_given |= is_same_header_name(one.name, header.name);
    const std::string_view value = trim_blanks(header.value);
    if (is_same_header_name(header.name, "content-length")) {
      const bool is_true = value == fmt::format_int(body_bytes).c_str();
      if (is_true && body_bytes > 0) continue;
      has_false_length_ |= !is_true;
    }
    // "name:" would mean to libcurl "do not send it"; "name;" is its way to write an empty value.
    add_line(header.name, value.empty() ? ";" : ": ", value);
  }
  for (const Automatic& one : automatic) {
    if (!one.is_given) add_line(one.name, ":", {});
  }

  nodes_.resize(starts_.size());
  for (size_t i = 0; i < starts_.size(); ++i) {
    nodes_[i] = {text_.data() + starts_[i], i + 1 < starts_.size() ? &nodes_[i + 1] : nullptr};
  }
}

void RequestHeaders::add_line(std::string_view name, std::string_view separator, std::string_view value) {
  starts_.push_back(text_.size());
  text_.append(name).append(separator).append(value).push_back('\0');
}

}  // namespace e2e::host
