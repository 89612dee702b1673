#include "trace.hpp"

E2E_TEST(comes_after_the_failures, CountingPage& page) { trace_test(page, "comes_after_the_failures"); }
