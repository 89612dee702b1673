#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/body_sources.hpp"
#include "page/request.hpp"

namespace e2e::host {

/// A multipart/form-data body (RFC 7578) in the making.
struct Multipart {
  std::string content_type;
  std::vector<BodySegment> segments;
  /// What gives the same to curl: "-F", "name=value", ...; empty if it can't be said, for it is large or no
  /// text.
  std::vector<std::string> curl_words;
};

/// `boundary` is a token that is in none of the parts. Throws RequestRefused for a name or type that breaks
/// lines.
[[nodiscard]] Multipart make_multipart(const std::vector<RequestPart>& parts, std::string_view boundary);

}  // namespace e2e::host
