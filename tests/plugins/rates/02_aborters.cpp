// Between tests that send requests, such as kill their worker then.
#include "rates_page.hpp"

#define PAIR(number)                                             \
  E2E_TEST(sends_##number, e2e::Page& page) { send_some(page); } \
  E2E_TEST(aborts_##number, e2e::Page& page) {                   \
    send_some(page);                                             \
    std::abort();                                                \
  }

PAIR(1)
PAIR(2)
PAIR(3)
PAIR(4)
PAIR(5)
PAIR(6)
PAIR(7)
PAIR(8)
