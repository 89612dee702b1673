#include "base/request_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace e2e::host {
namespace {

constexpr int64_t max_pause_ms = 3'600'000;

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <typename Number>
std::string set_number(Number& target, std::string_view value, int64_t min, int64_t max,
                       std::string_view unit = {}) {
  const auto number = whole_number(value);
  if (!number || *number < min || *number > max)
    return fmt::format("must be a whole number{}{} from {} to {}", unit.empty() ? "" : " of ", unit, min,
                       max);
  target = static_cast<Number>(*number);
  return {};
}

std::string set_milliseconds(int64_t& target, std::string_view value) {
  return set_number(target, value, 0, max_pause_ms, "milliseconds");
}

/// The words between commas, without the blanks around them.
std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view word = list.substr(0, comma);
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    word = word.substr(0, word.find_last_not_of(' ') + 1);
    if (!word.empty()) words.push_back(word);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return words;
}

std::string set_retry_on(RetryOptions& retry, std::string_view value) {
  RetryOptions read = retry;
  read.on_connect = read.on_timeout = read.on_broken = false;
  read.on_status.clear();
  for (const std::string_view word : words_of(value)) {
    const auto status = whole_number(word);
    if (word == "connect")
      read.on_connect = true;
    else if (word == "timeout")
      read.on_timeout = true;
    else if (word == "broken")
      read.on_broken = true;
    else if (status && *status >= 100 && *status <= 599)
      read.on_status.push_back(static_cast<int>(*status));
    else
      return "must be a list of connect, timeout, broken and statuses from 100 to 599";
  }
  retry = std::move(read);
  return {};
}

std::string set_retry_methods(RetryOptions& retry, std::string_view value) {
  if (value != "idempotent" && value != "all") return "must be idempotent or all";
  retry.has_all_methods = value == "all";
  return {};
}

using SetOption = std::string (*)(RequestOptions&, std::string_view);
struct Option {
  RequestOptionName name;
  SetOption set;
};

const std::vector<Option>& table() {
  static const std::vector<Option> options = {
      {{"retries", "0"},
       [](RequestOptions& to, std::string_view value) {
         return set_number(to.retry.retries, value, 0, RetryOptions::max_retries);
       }},
      {{"retry_on", "connect, timeout, 429, 502, 503, 504"},
       [](RequestOptions& to, std::string_view value) { return set_retry_on(to.retry, value); }},
      {{"retry_methods", "idempotent"},
       [](RequestOptions& to, std::string_view value) { return set_retry_methods(to.retry, value); }},
      {{"retry_delay", "100"},
       [](RequestOptions& to, std::string_view value) { return set_milliseconds(to.retry.delay_ms, value); }},
      {{"retry_max_delay", "10000"},
       [](RequestOptions& to, std::string_view value) {
         return set_milliseconds(to.retry.max_delay_ms, value);
       }},
  };
  return options;
}

const Option* find(std::string_view key) {
  for (const Option& option : table())
    if (option.name.key == key) return &option;
  return nullptr;
}

}  // namespace

const std::vector<RequestOptionName>& request_option_names() {
  static const std::vector<RequestOptionName> names = [] {
    std::vector<RequestOptionName> made;
    for (const Option& option : table()) made.push_back(option.name);
    return made;
  }();
  return names;
}

bool is_request_option(std::string_view key) { return find(key) != nullptr; }

std::string set_request_option(RequestOptions& options, std::string_view key, std::string_view value) {
  const Option* const option = find(key);
  return option != nullptr ? option->set(options, value) : "is no option of a request";
}

}  // namespace e2e::host
