#include "page/system_certificates.hpp"

#include <dlfcn.h>

#include <string_view>

#include "page/curl_library.hpp"
#include "page/curl_option.hpp"

namespace e2e::host {
namespace {

/// X509_STORE and SSL_CTX of OpenSSL. Its functions come from the libraries that libcurl brought, as libcurl
/// itself does, and for the same reason: curl_library.hpp.
using Store = void*;
using SetStore = void (*)(void* context, Store store);

/// X509_V_FLAG_TRUSTED_FIRST and X509_V_FLAG_PARTIAL_CHAIN: what libcurl sets, too.
constexpr unsigned long store_flags = 0x8000 | 0x80000;

Store loaded_store = nullptr;
SetStore set_store = nullptr;

/// Of a library that is loaded already; null if it is not.
template <typename Function>
Function function_of(const char* library, const char* name) noexcept {
  void* const handle = ::dlopen(library, RTLD_NOW | RTLD_NOLOAD);
  return handle == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(handle, name));
}

Store load_store(const char* file, const char* folder) noexcept {
  constexpr const char* crypto = "libcrypto.so.3";
  const auto make = function_of<Store (*)()>(crypto, "X509_STORE_new");
  const auto free = function_of<void (*)(Store)>(crypto, "X509_STORE_free");
  const auto load =
      function_of<int (*)(Store, const char*, const char*)>(crypto, "X509_STORE_load_locations");
  const auto set_flags = function_of<int (*)(Store, unsigned long)>(crypto, "X509_STORE_set_flags");
  if (!make || !free || !load || !set_flags) return nullptr;
  const Store store = make();
  if (store == nullptr) return nullptr;
  if (load(store, file, folder) == 1 && set_flags(store, store_flags) == 1) return store;
  free(store);
  return nullptr;
}

CURLcode give_store(CURL*, void* context, void*) {
  set_store(context, loaded_store);
  return CURLE_OK;
}

}  // namespace

void load_system_certificates(const char* file) noexcept {
  if (loaded_store != nullptr) return;
  try {
    const curl_version_info_data& info = *curl().version_info(CURLVERSION_NOW);
    const bool is_openssl =
        info.ssl_version != nullptr && std::string_view(info.ssl_version).starts_with("OpenSSL/3.");
    if (!is_openssl || info.age < CURLVERSION_SEVENTH || (info.cainfo == nullptr && info.capath == nullptr))
      return;
    // Takes a reference of its own: connections that end give theirs back.
    set_store = function_of<SetStore>("libssl.so.3", "SSL_CTX_set1_cert_store");
    if (set_store == nullptr) return;
    loaded_store = file != nullptr ? load_store(file, nullptr) : load_store(info.cainfo, info.capath);
  } catch (...) {
    // Without libcurl: the first request says so.
  }
}

void use_loaded_certificates(CURL* easy) {
  if (loaded_store == nullptr) return;
  set_option(easy, CURLOPT_CAINFO, static_cast<char*>(nullptr));
  set_option(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set_option(easy, CURLOPT_SSL_CTX_FUNCTION, &give_store);
}

}  // namespace e2e::host
