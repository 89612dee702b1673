#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "e2e/context.hpp"
#include "e2e/page.hpp"
#include "http_options.hpp"
#include "instance.hpp"
#include "scope.hpp"

namespace e2e {

namespace {

constexpr std::string_view http_only_prefix = "#HttpOnly_";

/// The next column of a line, which is cut off it.
std::string_view take_column(std::string_view& line) {
  const std::size_t tab = line.find('\t');
  const std::string_view column = line.substr(0, tab);
  line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
  return column;
}

/// A line of Netscape's format: domain, tail match, path, secure, expires, name, value.
Cookie cookie_of(std::string_view line) {
  Cookie cookie;
  if (line.substr(0, http_only_prefix.size()) == http_only_prefix) {
    cookie.is_http_only = true;
    line.remove_prefix(http_only_prefix.size());
  }
  cookie.domain = take_column(line);
  take_column(line);
  cookie.path = take_column(line);
  cookie.is_secure = take_column(line) == "TRUE";
  cookie.expires_unix_s = std::strtoll(std::string(take_column(line)).c_str(), nullptr, 10);
  cookie.name = take_column(line);
  cookie.value = line;
  return cookie;
}

std::string line_of(const Cookie& cookie, const std::string& host) {
  const std::string& domain = cookie.domain.empty() ? host : cookie.domain;
  std::string line(cookie.is_http_only ? http_only_prefix : std::string_view());
  line += domain + '\t' + (domain.substr(0, 1) == "." ? "TRUE" : "FALSE") + '\t';
  line += (cookie.path.empty() ? "/" : cookie.path) + '\t' + (cookie.is_secure ? "TRUE" : "FALSE") + '\t';
  return line + std::to_string(cookie.expires_unix_s) + '\t' + cookie.name + '\t' + cookie.value + '\n';
}

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  std::string host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (const std::size_t at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  if (host.substr(0, 1) == "[") return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail_with_file(const char* call, const std::string& path, Location where) {
  fail(std::string(call) + ": " + path + ": " + std::strerror(errno), where);
}

}  // namespace

std::vector<Cookie> Page::cookies() const {
  detail::own_frame("page.cookies()");
  const detail::HostApi& api = binding_.instance->api();
  const e2e_http_v1& http = detail::required_http(api, "page.cookies()", Location());
  std::string_view lines = detail::to_view(http.cookies(api.host, binding_.page));
  std::vector<Cookie> cookies;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    cookies.push_back(cookie_of(lines.substr(0, end)));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return cookies;
}

void Page::add_cookie_lines(const std::string& lines, const char* call, Location where) {
  detail::own_frame(call);
  const detail::HostApi& api = binding_.instance->api();
  const e2e_http_v1& http = detail::required_http(api, call, where);
  if (http.add_cookies(api.host, binding_.page, detail::to_str(lines)) != E2E_PASS)
    fail(std::string(call) + ": the host refused the cookies", where);
}

void Page::set_cookie(const Cookie& cookie, Location where) {
  for (const std::string* text : {&cookie.name, &cookie.value, &cookie.domain, &cookie.path}) {
    if (text->find_first_of("\t\r\n") != std::string::npos)
      fail("page.set_cookie(): cookie '" + cookie.name + "' has a tab or a line break in it", where);
  }
  add_cookie_lines(line_of(cookie, host_of(base_url())), "page.set_cookie()", where);
}

void Page::clear_cookies() {
  detail::own_frame("page.clear_cookies()");
  const detail::HostApi& api = binding_.instance->api();
  detail::required_http(api, "page.clear_cookies()", Location()).clear_cookies(api.host, binding_.page);
}

void Page::save_cookies(const std::string& path, Location where) const {
  std::string text = "# Netscape HTTP Cookie File\n";
  const std::string host = host_of(base_url());
  for (const Cookie& cookie : cookies()) text += line_of(cookie, host);
  const File file(std::fopen(path.c_str(), "we"));
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
      std::fflush(file.get()) != 0)
    fail_with_file("page.save_cookies()", path, where);
}

void Page::load_cookies(const std::string& path, Location where) {
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) fail_with_file("page.load_cookies()", path, where);
  std::string text;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof(buffer), file.get()))
    text.append(buffer, size);
  if (std::ferror(file.get())) fail_with_file("page.load_cookies()", path, where);
  add_cookie_lines(text, "page.load_cookies()", where);
}

}  // namespace e2e
