#include "e2e/response.hpp"

#include <strings.h>

#include <cstdlib>

#include "response_core.hpp"

namespace e2e {

namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

Response::Response(const Response& other) noexcept : core_(other.core_) { core_->retain(); }
// What was moved from stays a valid response.
Response::Response(Response&& other) noexcept : Response(static_cast<const Response&>(other)) {}
Response& Response::operator=(const Response& other) noexcept {
  other.core_->retain();
  core_->release();
  core_ = other.core_;
  return *this;
}
Response& Response::operator=(Response&& other) noexcept {
  return *this = static_cast<const Response&>(other);
}
Response::~Response() { core_->release(); }

int Response::status() const { return core_->status; }
unsigned Response::retries() const {
  return static_cast<unsigned>(std::atoi(core_->fact("retries").c_str()));
}
unsigned Response::redirects() const {
  return static_cast<unsigned>(std::atoi(core_->fact("redirects").c_str()));
}
std::string Response::http_version() const { return core_->fact("http_version"); }
std::uint64_t Response::body_bytes() const {
  const std::string count = core_->fact("body_bytes");
  return count.empty() ? core_->body().size() : std::strtoull(count.c_str(), nullptr, 10);
}
bool Response::ok() const { return core_->status >= 200 && core_->status < 300; }
std::string Response::method() const { return core_->method; }
std::string Response::url() const { return core_->url; }
std::vector<Field> Response::headers() const { return core_->headers(); }

std::optional<std::string> Response::cookie(std::string_view name) const {
  std::optional<std::string> value;
  for (const Field& field : core_->headers()) {
    if (strcasecmp(field.name.c_str(), "set-cookie") != 0) continue;
    const std::string_view pair = std::string_view(field.value).substr(0, field.value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals != pair.npos && trimmed(pair.substr(0, equals)) == name)
      value = trimmed(pair.substr(equals + 1));
  }
  return value;
}

std::string Response::sha256(Location where) const { return core_->sha256(where); }
std::string Response::text() const { return std::string(core_->body()); }
std::string_view Response::bytes() const { return core_->body(); }
Json Response::json(std::string_view pointer, Location where) const { return core_->json(pointer, where); }
Timings Response::timings() const { return core_->timings(); }
std::string Response::exchange() const { return core_->exchange(); }

std::optional<std::string> Response::header(std::string_view name) const {
  for (const Field& field : core_->headers()) {
    if (field.name.size() == name.size() && strncasecmp(field.name.data(), name.data(), name.size()) == 0) {
      return field.value;
    }
  }
  return std::nullopt;
}

}  // namespace e2e
