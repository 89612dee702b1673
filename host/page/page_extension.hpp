#pragma once

#include <e2e/ext/page.h>

namespace e2e::host {

/// The functions of e2e.page/1; an e2e_page is Page::handle(). On the page's thread. Arguments that can't be
/// meant (null, a struct_size too small, a length without a pointer) give E2E_ERROR or nothing.
[[nodiscard]] const e2e_page_v1& page_extension() noexcept;

}  // namespace e2e::host
