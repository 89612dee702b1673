#pragma once

#include <new>

#include "page/curl_library.hpp"

namespace e2e::host {

/// Throws std::bad_alloc: of options that libcurl knows nothing else can go wrong.
template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  if (curl().easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc();
}

}  // namespace e2e::host
