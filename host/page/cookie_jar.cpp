#include "page/cookie_jar.hpp"

#include <new>

namespace e2e::host {

CookieJar::CookieJar() : share_(curl().share_init()) {
  if (!share_ || curl().share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) != CURLSHE_OK) {
    throw std::bad_alloc();
  }
}

}  // namespace e2e::host
