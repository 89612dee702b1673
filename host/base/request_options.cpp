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

std::string set_truth(bool& target, std::string_view value) {
  if (value != "true" && value != "false") return "must be true or false";
  target = value == "true";
  return {};
}

std::string set_http_version(HttpVersion& target, std::string_view value) {
  if (value == "auto")
    target = HttpVersion::automatic;
  else if (value == "1.1")
    target = HttpVersion::http_1_1;
  else if (value == "2")
    target = HttpVersion::http_2;
  else
    return "must be auto, 1.1 or 2";
  return {};
}

std::string set_text(std::string& target, std::string_view value) {
  if (value.find('\0') != value.npos) return "must not have a NUL in it";
  target = value;
  return {};
}

std::string set_base_path(std::string& target, std::string_view value) {
  if (!value.empty() && value.front() != '/') return "must start with '/'";
  if (value.find_first_of("?#") != value.npos) return "must not have a query or a fragment";
  return set_text(target, value);
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
      {{"redirects", "0"},
       [](RequestOptions& to, std::string_view value) { return set_number(to.max_redirects, value, 0, 50); }},
      {{"http_version", "auto"},
       [](RequestOptions& to, std::string_view value) { return set_http_version(to.http_version, value); }},
      {{"compression", "false"},
       [](RequestOptions& to, std::string_view value) { return set_truth(to.has_compression, value); }},
      {{"connect_timeout", "0"},
       [](RequestOptions& to, std::string_view value) {
         return set_milliseconds(to.limits.connect_ms, value);
       }},
      {{"first_byte_timeout", "0"},
       [](RequestOptions& to, std::string_view value) {
         return set_milliseconds(to.limits.first_byte_ms, value);
       }},
      {{"idle_timeout", "0"},
       [](RequestOptions& to, std::string_view value) { return set_milliseconds(to.limits.idle_ms, value); }},
      {{"tls_ca", "", true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.tls.ca, value); }},
      {{"tls_certificate", "", true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.tls.certificate, value); }},
      {{"tls_key", "", true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.tls.key, value); }},
      {{"tls_key_password", "", false, true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.tls.key_password, value); }},
      {{"tls_verify", "true"},
       [](RequestOptions& to, std::string_view value) { return set_truth(to.tls.verify, value); }},
      {{"proxy", "", false, true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.proxy, value); }},
      {{"unix_socket", "", true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.unix_socket, value); }},
      {{"base_path", ""},
       [](RequestOptions& to, std::string_view value) { return set_base_path(to.base_path, value); }},
      {{"traceparent", "true"},
       [](RequestOptions& to, std::string_view value) { return set_truth(to.has_traceparent, value); }},
      {{"max_body", "67108864"},
       [](RequestOptions& to, std::string_view value) {
         return set_number(to.max_body_bytes, value, 1, int64_t{1} << 40, "bytes");
       }},
  };
  return options;
}

/// What e2e.conf says elsewhere, or not at all.
const std::vector<Option>& own_of_requests() {
  static const std::vector<Option> options = {
      {{"base", ""}, [](RequestOptions& to, std::string_view value) { return set_text(to.base, value); }},
      {{"save_to", "", true},
       [](RequestOptions& to, std::string_view value) { return set_text(to.save_to, value); }},
      {{"secret_name", ""},
       [](RequestOptions& to, std::string_view value) {
         to.secret_names.emplace_back(value);
         return std::string();
       }},
  };
  return options;
}

constexpr std::string_view base_url_prefix = "base_url.";

const Option* find(std::string_view key) {
  for (const std::vector<Option>* options : {&table(), &own_of_requests()})
    for (const Option& option : *options)
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

bool is_request_option(std::string_view key) {
  return key.substr(0, base_url_prefix.size()) == base_url_prefix || find(key) != nullptr;
}

std::string set_request_option(RequestOptions& options, std::string_view key, std::string_view value) {
  if (key.substr(0, base_url_prefix.size()) == base_url_prefix) {
    options.base_urls.insert_or_assign(std::string(key.substr(base_url_prefix.size())), std::string(value));
    return {};
  }
  const Option* const option = find(key);
  return option != nullptr ? option->set(options, value) : "is no option of a request";
}

}  // namespace e2e::host
