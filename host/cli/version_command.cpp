#include <e2e/abi.h>
#include <e2e/ext/json.h>
#include <e2e/ext/log.h>
#include <e2e/ext/page.h>
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "page/curl_library.hpp"

namespace e2e::host {
namespace {

/// libcurl's optional abilities that services may need.
std::vector<std::string> features_of(const curl_version_info_data& info) {
  constexpr std::pair<int, const char*> names[] = {
      {CURL_VERSION_SSL, "tls"},       {CURL_VERSION_HTTP2, "http2"}, {CURL_VERSION_LIBZ, "gzip"},
      {CURL_VERSION_BROTLI, "brotli"}, {CURL_VERSION_ZSTD, "zstd"},   {CURL_VERSION_IDN, "idn"},
      {CURL_VERSION_IPV6, "ipv6"}};
  std::vector<std::string> features;
  for (const auto& [bit, name] : names)
    if ((info.features & bit) != 0) features.emplace_back(name);
  return features;
}

std::string as_json(const std::string& abi) {
  JsonText json;
  json.begin_object()
      .member("version", host_version)
      .member("abi", abi)
      .member("sdk", host_version)
      .key("extensions")
      .begin_array();
  for (const char* extension : {E2E_EXT_JSON, E2E_EXT_LOG, E2E_EXT_PAGE}) json.value(extension);
  const curl_version_info_data& info = *curl().version_info(CURLVERSION_NOW);
  json.end_array().key("libcurl").begin_object().member("version", info.version);
  json.member("tls", info.ssl_version ? info.ssl_version : "").key("features").begin_array();
  for (const auto& feature : features_of(info)) json.value(feature);
  return json.end_array().end_object().end_object().take() + "\n";
}

}  // namespace

ExitCode version_command(const Options& options) {
  const std::string abi = fmt::format("{}.{}", E2E_ABI_MAJOR, E2E_ABI_MINOR);
  const std::string text = options.json ? as_json(abi) : fmt::format("e2e-host {}\n", host_version);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::ok;
}

}  // namespace e2e::host
