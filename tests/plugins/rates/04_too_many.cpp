// The first request is told to retry after a while; the others come once it knows that.
#include "rates_page.hpp"

E2E_TEST(is_too_much, e2e::Page& page) { E2E_CHECK(page.get("/").status() >= 200); }
E2E_TEST(comes_later_1, e2e::Page& page, e2e::depends_on("is_too_much")) { page.assert_ok(page.get("/")); }
E2E_TEST(comes_later_2, e2e::Page& page, e2e::depends_on("is_too_much")) { page.assert_ok(page.get("/")); }
E2E_TEST(comes_later_3, e2e::Page& page, e2e::depends_on("is_too_much")) { page.assert_ok(page.get("/")); }
