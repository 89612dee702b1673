#include "page/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace e2e::host {

namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";
constexpr char hex_digits[] = "0123456789ABCDEF";

bool is_unreserved(unsigned char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded_byte(std::string& url, unsigned char c) {
  url += '%';
  url += hex_digits[c >> 4];
  url += hex_digits[c & 0xf];
}

bool begins_with_scheme(std::string_view url, std::string_view scheme) noexcept {
  return is_same_header_name(url.substr(0, scheme.size()), scheme);
}

constexpr std::array<bool, 256> unsafe_in_urls = [] {
  std::array<bool, 256> is_one{};
  for (const char c : std::string_view(" \"<>\\^`{|}")) is_one[static_cast<unsigned char>(c)] = true;
  for (size_t byte = 0x80; byte < is_one.size(); ++byte) is_one[byte] = true;
  return is_one;
}();

/// Appends a target or base, which may be encoded already.
void append_url_part(std::string& url, std::string_view part) {
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    if (unsafe_in_urls[byte]) {
      append_encoded_byte(url, byte);
    } else {
      url += c;
    }
  }
}

void require_no_control_character(std::string_view what, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const auto found = std::find_if(text.begin(), text.end(), is_control);
  if (found == text.end()) return;
  const std::string_view before = text.substr(0, static_cast<size_t>(found - text.begin()));
  throw RequestRefused(fmt::format("the {} has a control character (0x{:02x}) after '{}': percent-encode it",
                                   what, static_cast<unsigned char>(*found),
                                   printable(before.substr(0, 200))));
}

void require_base_url(std::string_view service, std::string_view base_url) {
  if (base_url.empty()) {
    throw RequestRefused(
        fmt::format("service '{}' has no base_url: set services.{}.base_url in e2e.conf, or use a whole URL",
                    service, service));
  }
  if (!has_http_scheme(base_url)) {
    throw RequestRefused(fmt::format("base_url '{}' of service '{}' does not begin with http:// or https://",
                                     printable(base_url.substr(0, 200)), service));
  }
  if (host_of(base_url).empty()) {
    throw RequestRefused(fmt::format("base_url '{}' of service '{}' names no host",
                                     printable(base_url.substr(0, 200)), service));
  }
  if (base_url.find_first_of("?#") != std::string_view::npos) {
    throw RequestRefused(fmt::format("base_url '{}' of service '{}' has a query or a fragment: leave it out",
                                     printable(base_url.substr(0, 200)), service));
  }
}

/// "user@host:port" of an http(s) URL.
std::string_view authority_of(std::string_view url) noexcept {
  const size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  const std::string_view rest = url.substr(start + 3);
  return rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
}

}  // namespace

std::string request_url(std::string_view service, std::string_view base_url, std::string_view target,
                        std::span<const QueryParameter> query) {
  target = target.substr(0, std::min(target.find('#'), target.size()));
  require_no_control_character("target", target);
  std::string url;
  url.reserve(base_url.size() + target.size() + 64 * query.size() + 1);
  if (!has_http_scheme(target)) {
    require_base_url(service, base_url);
    require_no_control_character("base_url", base_url);
    const bool needs_slash = !target.empty() && target.front() != '?';
    if (needs_slash) {
      base_url = base_url.substr(0, base_url.find_last_not_of('/') + 1);
      target.remove_prefix(std::min(target.find_first_not_of('/'), target.size()));
    }
    append_url_part(url, base_url);
    if (needs_slash) url += '/';
  }
  append_url_part(url, target);
  for (const QueryParameter& parameter : query) {
    const bool is_first = url.find('?') == std::string::npos;
    if (is_first) {
      url += '?';
    } else if (url.back() != '?' && url.back() != '&') {
      url += '&';
    }
    append_percent_encoded(url, parameter.name);
    url += '=';
    append_percent_encoded(url, parameter.value);
  }
  return url;
}

void append_percent_encoded(std::string& url, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(static_cast<unsigned char>(c))) {
      url += c;
    } else {
      append_encoded_byte(url, static_cast<unsigned char>(c));
    }
  }
}

bool has_https_scheme(std::string_view url) noexcept { return begins_with_scheme(url, https_scheme); }

bool has_http_scheme(std::string_view url) noexcept {
  return begins_with_scheme(url, http_scheme) || has_https_scheme(url);
}

std::string_view user_info_of(std::string_view url) noexcept {
  const std::string_view authority = authority_of(url);
  const size_t at = authority.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : authority.substr(0, at);
}

std::string_view host_of(std::string_view url) noexcept {
  std::string_view host = authority_of(url);
  if (const size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, std::min(host.find(':'), host.size()));
}

std::string address_of(std::string_view url) {
  std::string_view address = authority_of(url);
  if (const size_t at = address.rfind('@'); at != std::string_view::npos) address.remove_prefix(at + 1);
  const size_t bracket = address.find(']');
  const bool has_port =
      address.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
  return fmt::format("{}{}", address, has_port ? "" : has_https_scheme(url) ? ":443" : ":80");
}

bool is_loopback_host(std::string_view host) noexcept {
  constexpr std::string_view name = "localhost";
  if (host == "::1") return true;
  if (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos)
    return true;
  if (host.size() < name.size() || !is_same_header_name(host.substr(host.size() - name.size()), name))
    return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

}  // namespace e2e::host
