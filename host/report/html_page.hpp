#pragma once

#include <string_view>

namespace e2e::host {

/// The report's page up to where its data go, and what is behind them. Made of host/report/html by the build.
extern const std::string_view html_page_head, html_page_tail;

}  // namespace e2e::host
