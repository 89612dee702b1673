#include "page/cookie_jar.hpp"

#include <algorithm>
#include <array>
#include <new>

#include "page/curl_option.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

/// A handle that only looks into a jar.
class JarView {
 public:
  explicit JarView(const CookieJar& jar) : easy_(curl().easy_init()), lent_(checked(easy_.get()), jar) {}
  [[nodiscard]] CURL* easy() const { return easy_.get(); }

 private:
  struct Close {
    void operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }
  };
  static CURL* checked(CURL* easy) {
    if (easy == nullptr) throw std::bad_alloc();
    return easy;
  }
  std::unique_ptr<CURL, Close> easy_;
  LentCookies lent_;
};

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl().slist_free_all(list); }
};

struct CloseShare {
  void operator()(CURLSH* share) const noexcept {
    if (share != nullptr) curl().share_cleanup(share);
  }
};

bool is_cookie(std::string_view line) {
  return std::count(line.begin(), line.end(), '\t') >= 6 &&
         (line.front() != '#' || line.starts_with("#HttpOnly_"));
}

/// Of a line in Netscape's format: domain, whether of hosts below it, path, whether only with TLS, when it
/// ends, name, value.
using Columns = std::array<std::string_view, 7>;
Columns columns_of(std::string_view line) {
  constexpr std::string_view http_only = "#HttpOnly_";
  if (line.starts_with(http_only)) line.remove_prefix(http_only.size());
  Columns columns;
  for (std::string_view& column : columns) {
    column = &column == &columns.back() ? line : line.substr(0, line.find('\t'));
    line.remove_prefix(std::min(column.size() + 1, line.size()));
  }
  return columns;
}

bool goes_to(const Columns& cookie, std::string_view host, std::string_view path, bool is_secure) {
  const auto& [domain_text, is_of_all, cookie_path, is_only_secure, end, name, value] = cookie;
  std::string_view domain = domain_text;
  if (domain.starts_with('.')) domain.remove_prefix(1);
  const bool is_below = is_of_all == "TRUE" && host.size() > domain.size() && host.ends_with(domain) &&
                        host[host.size() - domain.size() - 1] == '.';
  if (host != domain && !is_below) return false;
  if (is_only_secure == "TRUE" && !is_secure && !is_loopback_host(host)) return false;
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') || path[cookie_path.size()] == '/';
}

}  // namespace

CookieJar::CookieJar() : share_(curl().share_init(), CloseShare()) {
  if (!share_ || curl().share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) != CURLSHE_OK) {
    throw std::bad_alloc();
  }
}

std::string CookieJar::lines() const {
  const JarView view(*this);
  curl_slist* list = nullptr;
  if (curl().easy_getinfo(view.easy(), CURLINFO_COOKIELIST, &list) != CURLE_OK) throw std::bad_alloc();
  const std::unique_ptr<curl_slist, FreeList> owned(list);
  std::string text;
  for (const curl_slist* one = list; one != nullptr; one = one->next) text.append(one->data).append("\n");
  return text;
}

std::string CookieJar::header_for(std::string_view host, std::string_view path, bool is_secure) const {
  const std::string all = lines();
  std::string header;
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const Columns cookie = columns_of(line);
    if (!goes_to(cookie, host, path, is_secure)) continue;
    header.append(header.empty() ? "" : "; ").append(cookie[5]).append("=").append(cookie[6]);
  }
  return header;
}

void CookieJar::add(std::string_view lines) {
  const JarView view(*this);
  while (!lines.empty()) {
    std::string line(lines.substr(0, lines.find('\n')));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty() && is_cookie(line)) set_option(view.easy(), CURLOPT_COOKIELIST, line.c_str());
  }
}

void CookieJar::clear() { set_option(JarView(*this).easy(), CURLOPT_COOKIELIST, "ALL"); }

LentCookies::LentCookies(CURL* easy, const CookieJar& jar) : easy_(easy), share_(jar.share()) {
  set_option(easy, CURLOPT_COOKIEFILE, "");  // turns cookies on, reads no file
  set_option(easy, CURLOPT_SHARE, share_.get());
}

LentCookies::~LentCookies() {
  // In this order: the first would empty a jar that is not shared. curl_easy_reset() loses its memory (7.88).
  curl().easy_setopt(easy_, CURLOPT_COOKIEFILE, static_cast<char*>(nullptr));
  curl().easy_setopt(easy_, CURLOPT_SHARE, static_cast<CURLSH*>(nullptr));
}

}  // namespace e2e::host
