#pragma once

#include <span>
#include <string>
#include <string_view>

#include "page/request.hpp"

namespace e2e::host {

/// The URL of a request.
///
/// A target with http:// or https:// is used as it is; another is joined to `base_url` with exactly one
/// slash, except that "" is the base itself and "?..." goes right behind it. A fragment is cut off. Spaces,
/// characters that no URL may have and bytes above 0x7f are percent-encoded; what is encoded already stays.
/// `query` is appended, all but RFC 3986's unreserved characters percent-encoded.
///
/// Throws RequestRefused for control characters, and for a base_url that is missing or no http(s) URL;
/// `service` is named then.
[[nodiscard]] std::string request_url(std::string_view service, std::string_view base_url,
                                      std::string_view target, std::span<const QueryParameter> query);

/// Appends `text` with all but letters, digits and -._~ percent-encoded.
void append_percent_encoded(std::string& url, std::string_view text);

/// True for http:// and https://, in any case.
[[nodiscard]] bool has_http_scheme(std::string_view url) noexcept;
[[nodiscard]] bool has_https_scheme(std::string_view url) noexcept;

/// "user:password" of an http(s) URL, a part of `url`; empty if there is none.
[[nodiscard]] std::string_view user_info_of(std::string_view url) noexcept;

/// The host of an http(s) URL, a part of `url`, without the brackets of an IPv6 address.
[[nodiscard]] std::string_view host_of(std::string_view url) noexcept;

/// "host:port" of an http(s) URL, the port filled in where the URL leaves it out.
[[nodiscard]] std::string address_of(std::string_view url);

/// True for 127.0.0.0/8, ::1, localhost and names below it.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

}  // namespace e2e::host
