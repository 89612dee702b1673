#pragma once

#include <memory>

#include "page/curl_library.hpp"

namespace e2e::host {

/// The cookies of one page: kept and sent by RFC 6265's rules while the page lives, forgotten with it.
class CookieJar {
 public:
  /// Throws std::bad_alloc.
  CookieJar();

  /// What a transfer takes as CURLOPT_SHARE, and lets go before the jar dies.
  [[nodiscard]] CURLSH* share() const noexcept { return share_.get(); }

 private:
  struct Close {
    void operator()(CURLSH* share) const noexcept { curl().share_cleanup(share); }
  };
  std::unique_ptr<CURLSH, Close> share_;
};

}  // namespace e2e::host
