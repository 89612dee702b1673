#include "page/exchange.hpp"

#include <algorithm>
#include <array>

#include "page/header_field.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

constexpr std::string_view mask = "***";
constexpr std::array<std::string_view, 5> always_secret = {"authorization", "proxy-authorization", "cookie",
                                                           "set-cookie", "x-api-key"};

}  // namespace

bool is_secret_name(std::string_view name, std::span<const std::string> more) noexcept {
  const auto matches = [name](std::string_view secret) { return is_same_header_name(name, secret); };
  return std::any_of(always_secret.begin(), always_secret.end(), matches) ||
         std::any_of(more.begin(), more.end(), matches);
}

std::string recordable_url(std::string_view url, std::span<const std::string> more) {
  std::string record(url);
  if (const std::string_view user = user_info_of(url); !user.empty()) {
    record.replace(static_cast<size_t>(user.data() - url.data()), user.size(), mask);
  }
  for (size_t at = record.find('?'); at != std::string::npos; at = record.find('&', at)) {
    ++at;
    const size_t end = std::min(record.find('&', at), record.size());
    const size_t equals = record.find('=', at);
    if (equals >= end || !is_secret_name(std::string_view(record).substr(at, equals - at), more)) continue;
    record.replace(equals + 1, end - equals - 1, mask);
  }
  return record;
}

}  // namespace e2e::host
