#include "page/curl_library.hpp"

#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <stdexcept>

namespace e2e::host {
namespace {

/// Its name since 2006, and the ABI's promise: https://curl.se/libcurl/abi.html
constexpr const char* library_name = "libcurl.so.4";

CurlLibrary load() {
  namespace dll = boost::dll;
  try {
    // Leaked: what it has handed out may outlive every static.
    static const auto* const kept =
        new dll::shared_library(library_name, dll::load_mode::rtld_now | dll::load_mode::rtld_local |
                                                  dll::load_mode::search_system_folders);
    const dll::shared_library& library = *kept;
    const auto get = [&](const char* name, auto& function) {
      function = &library.get<std::remove_pointer_t<std::remove_reference_t<decltype(function)>>>(name);
    };
    CurlLibrary curl{};
    get("curl_global_init", curl.global_init);
    get("curl_version_info", curl.version_info);
    get("curl_easy_init", curl.easy_init);
    get("curl_easy_reset", curl.easy_reset);
    get("curl_easy_cleanup", curl.easy_cleanup);
    get("curl_easy_setopt", curl.easy_setopt);
    get("curl_easy_getinfo", curl.easy_getinfo);
    get("curl_easy_strerror", curl.easy_strerror);
    get("curl_easy_perform", curl.easy_perform);
    get("curl_easy_recv", curl.easy_recv);
    get("curl_easy_send", curl.easy_send);
    get("curl_multi_init", curl.multi_init);
    get("curl_multi_cleanup", curl.multi_cleanup);
    get("curl_multi_add_handle", curl.multi_add_handle);
    get("curl_multi_remove_handle", curl.multi_remove_handle);
    get("curl_multi_perform", curl.multi_perform);
    get("curl_multi_poll", curl.multi_poll);
    get("curl_multi_info_read", curl.multi_info_read);
    get("curl_share_init", curl.share_init);
    get("curl_share_cleanup", curl.share_cleanup);
    get("curl_share_setopt", curl.share_setopt);
    get("curl_getdate", curl.getdate);
    get("curl_url", curl.url);
    get("curl_url_cleanup", curl.url_cleanup);
    get("curl_url_set", curl.url_set);
    get("curl_url_get", curl.url_get);
    get("curl_free", curl.free);
    get("curl_slist_free_all", curl.slist_free_all);
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("curl_global_init failed");
    return curl;
  } catch (const std::exception& failure) {
    throw std::runtime_error(fmt::format(
        "libcurl can't be used: {}; install it (Debian: libcurl4) in 7.85 or later", failure.what()));
  }
}

}  // namespace

const CurlLibrary& curl() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace e2e::host
