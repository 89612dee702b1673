#include "page/redirect.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/utf8.hpp"
#include "page/curl_library.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

bool leads_elsewhere(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<std::string> location_of(const Answer& answer) {
  for (size_t i = 0; i < answer.headers.size(); ++i) {
    const HeaderField header = answer.headers.at(i);
    if (is_same_header_name(header.name, "location")) return std::string(header.value);
  }
  return std::nullopt;
}

struct CloseUrl {
  void operator()(CURLU* url) const noexcept { curl().url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const noexcept { curl().free(text); }
};

/// Nothing if the two make no URL.
std::optional<std::string> resolved(const std::string& base, const std::string& reference) {
  const std::unique_ptr<CURLU, CloseUrl> url(curl().url());
  if (!url) throw std::bad_alloc();
  constexpr unsigned flags = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
  char* text = nullptr;
  const bool is_url =
      curl().url_set(url.get(), CURLUPART_URL, base.c_str(), flags) == CURLUE_OK &&
      curl().url_set(url.get(), CURLUPART_URL, reference.c_str(), flags | CURLU_URLENCODE) == CURLUE_OK &&
      curl().url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0) == CURLUE_OK &&
      curl().url_get(url.get(), CURLUPART_URL, &text, 0) == CURLUE_OK;
  const std::unique_ptr<char, FreeText> owned(text);
  if (!is_url) return std::nullopt;
  return std::string(text);
}

bool has_same_origin(const std::string& one, const std::string& other) {
  return has_https_scheme(one) == has_https_scheme(other) &&
         is_same_header_name(address_of(one), address_of(other));
}

}  // namespace

std::optional<Redirect> redirect_of(const Answer& answer, std::string_view method, const std::string& url) {
  if (answer.ending != Answer::Ending::answered || !leads_elsewhere(answer.status)) return std::nullopt;
  const auto location = location_of(answer);
  if (!location || location->empty()) return std::nullopt;
  Redirect redirect;
  redirect.method = method;
  const bool becomes_get = (answer.status == 303 && method != "HEAD") ||
                           ((answer.status == 301 || answer.status == 302) && method == "POST");
  if (becomes_get) {
    redirect.method = "GET";
    redirect.drops_body = true;
  }
  const std::string shown = printable(std::string_view(*location).substr(0, 200));
  const auto target = resolved(url, *location);
  if (!target) {
    redirect.problem = fmt::format("the answer leads to '{}', which is no URL", shown);
  } else if (!has_http_scheme(*target)) {
    redirect.problem = fmt::format("the answer leads to '{}', which is neither http nor https", shown);
  } else {
    redirect.url = *target;
    redirect.is_other_origin = !has_same_origin(url, *target);
  }
  return redirect;
}

}  // namespace e2e::host
