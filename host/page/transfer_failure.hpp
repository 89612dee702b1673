#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "page/transfer_progress.hpp"

namespace e2e::host {

/// Why a transfer gave no answer, as a sentence for the test's author. `detail` is libcurl's own message, or
/// empty; `os_error` the errno behind a failed connect, or 0.
[[nodiscard]] std::string failure_sentence(CURLcode code, std::string_view detail, std::string_view url,
                                           int os_error, const TransferProgress& progress);

}  // namespace e2e::host
