#include "config/value_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace e2e::host {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool is_blank_or_control(char c) { return c == ' ' || is_control(c); }

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

/// What follows "http://", up to the path.
std::string_view authority_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find('/'));
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 3 && host.ends_with(']') &&
           std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
             return is_digit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
  }
  // Bytes above ASCII: an internationalised name, which curl converts.
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

std::string name_problem(std::string_view name) {
  const bool is_good =
      !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
      });
  return is_good ? "" : "must be 1 to 64 letters, digits, '.', '_' and '-'";
}

std::string base_url_problem(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return "must start with http:// or https://";
  if (std::any_of(url.begin(), url.end(), is_blank_or_control))
    return "must have no blanks or control characters";
  if (url.find_first_of("?#") != url.npos) return "must have no query and no fragment";
  std::string_view host = authority_of(url);
  if (const size_t at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
  const size_t bracket = host.rfind(']');
  const size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
  if (colon != host.npos) {
    if (!is_port(host.substr(colon + 1))) return "must have a port from 1 to 65535 after the host's ':'";
    host = host.substr(0, colon);
  }
  return is_host(host) ? "" : "must name a host: http://HOST[:PORT][/PATH]";
}

std::string endpoint_problem(std::string_view path) {
  if (!path.starts_with('/')) return "must start with '/'";
  if (std::any_of(path.begin(), path.end(), is_blank_or_control))
    return "must have no blanks or control characters";
  return "";
}

std::string report_folder_problem(std::string_view path) {
  return path.empty() || std::any_of(path.begin(), path.end(), is_control)
             ? "must be a path without control characters"
             : "";
}

std::string pack_name_problem(std::string_view name) {
  const size_t at = name.find('@');
  const auto is_word = [](std::string_view word) {
    return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '_' || c == '-' || c == '+';
    });
  };
  return is_word(name.substr(0, at)) && (at == name.npos || is_word(name.substr(at + 1)))
             ? ""
             : "must be ID or ID@VERSION";
}

std::string header_name_problem(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const bool is_token = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_digit(c) || is_letter(c) || marks.find(c) != marks.npos;
  });
  return is_token ? "" : "must be letters, digits and !#$%&'*+-.^_`|~";
}

std::string command_problem(std::string_view command) {
  if (command.find_first_not_of(" \t\n") == command.npos) return "must not be empty";
  return command.find('\0') == command.npos ? "" : "must have no NUL";
}

std::string header_value_problem(std::string_view value) {
  const bool is_good =
      std::none_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; });
  return is_good ? "" : "must have no line ends or other control characters";
}

bool is_secret_header(std::string_view name) {
  constexpr std::array<std::string_view, 5> secrets = {"authorization", "proxy-authorization", "cookie",
                                                       "set-cookie", "x-api-key"};
  return std::find(secrets.begin(), secrets.end(), lower_case(name)) != secrets.end();
}

std::string without_password(std::string_view url) {
  if (url.find("://") == url.npos) return std::string(url);
  const size_t at = authority_of(url).rfind('@');
  if (at == url.npos) return std::string(url);
  const size_t start = url.find("://") + 3;
  return std::string(url.substr(0, start)) + "***" + std::string(url.substr(start + at));
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace e2e::host
