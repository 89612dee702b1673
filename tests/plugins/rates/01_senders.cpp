// Tests that send requests as fast as they may.
#include "rates_page.hpp"

#define SENDER(name) \
  E2E_TEST(name, e2e::Page& page) { send_some(page); }

SENDER(sends_1)
SENDER(sends_2)
SENDER(sends_3)
SENDER(sends_4)
SENDER(sends_5)
SENDER(sends_6)
SENDER(sends_7)
SENDER(sends_8)
