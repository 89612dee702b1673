// A page class that asks for a limit; the tests that know nothing of it obey it too.
#include "rates_page.hpp"

E2E_TEST(asks, RatesPage& page) { page.assert_ok(page.get("/")); }
E2E_TEST(obeys, e2e::Page& page, e2e::depends_on("asks")) { send_some(page); }
E2E_TEST(obeys_too, e2e::Page& page, e2e::depends_on("asks")) { send_some(page); }
