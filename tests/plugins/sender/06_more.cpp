// A plugin for any service, that sends beside the service's own.
#include "../rates/rates_page.hpp"

E2E_TEST(sends_more, e2e::Page& page) { send_some(page); }
E2E_TEST(sends_still_more, e2e::Page& page) { send_some(page); }
E2E_TEST(sends_most, e2e::Page& page) { send_some(page); }
