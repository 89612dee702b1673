#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "page/curl_library.hpp"

namespace e2e::host {

/// The cookies of one page: kept and sent by RFC 6265's rules while the page lives, forgotten with it.
class CookieJar {
 public:
  /// Throws std::bad_alloc.
  CookieJar();

  /// What a transfer takes as CURLOPT_SHARE. A handle may outlive the jar with it.
  [[nodiscard]] const std::shared_ptr<CURLSH>& share() const noexcept { return share_; }

  /// All there are, a line each in Netscape's format. Throws std::bad_alloc, as do the others.
  [[nodiscard]] std::string lines() const;
  /// The value of a Cookie header for such a URL (RFC 6265, 5.4); empty: none of them goes there.
  [[nodiscard]] std::string header_for(std::string_view host, std::string_view path, bool is_secure) const;
  /// Adds those of such lines that are cookies.
  void add(std::string_view lines);
  void clear();

 private:
  std::shared_ptr<CURLSH> share_;
};

/// Lends a page's cookies to a handle while it lives.
class LentCookies {
 public:
  /// Throws std::bad_alloc.
  LentCookies(CURL* easy, const CookieJar& jar);
  ~LentCookies();
  LentCookies(const LentCookies&) = delete;
  LentCookies& operator=(const LentCookies&) = delete;
  [[nodiscard]] bool are_of(const CookieJar& jar) const noexcept { return share_ == jar.share(); }

 private:
  CURL* easy_;
  std::shared_ptr<CURLSH> share_;
};

}  // namespace e2e::host
