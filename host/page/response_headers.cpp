#include "page/response_headers.hpp"

namespace e2e::host {

bool ResponseHeaders::add_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    text_.clear();
    entries_.clear();
    seen_bytes_ = 0;
    is_complete_ = false;
    return true;
  }
  if (line.empty()) {
    is_complete_ = true;
    return true;
  }
  seen_bytes_ += line.size();
  if (seen_bytes_ > max_bytes) return false;

  if (line.front() == ' ' || line.front() == '\t') {
    if (entries_.empty()) return true;
    // The last value ends where the text ends, so it can grow.
    const std::string_view more = trim_blanks(line);
    text_.append(" ").append(more);
    entries_.back().value_size += static_cast<uint32_t>(more.size() + 1);
    return true;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  if (entries_.size() == max_count) return false;
  const std::string_view name = trim_blanks(line.substr(0, colon));
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  const auto begin = static_cast<uint32_t>(text_.size());
  text_.append(name).append(value);
  entries_.push_back({begin, static_cast<uint32_t>(name.size()), begin + static_cast<uint32_t>(name.size()),
                      static_cast<uint32_t>(value.size())});
  return true;
}

HeaderField ResponseHeaders::at(size_t index) const noexcept {
  const Entry& entry = entries_[index];
  const std::string_view text = text_;
  return {text.substr(entry.name_begin, entry.name_size), text.substr(entry.value_begin, entry.value_size)};
}

}  // namespace e2e::host
