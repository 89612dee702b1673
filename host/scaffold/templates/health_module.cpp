#include "../@PAGE_FILE@"

E2E_TEST(is_healthy, @PAGE_CLASS@& page, e2e::tag("smoke")) { E2E_CHECK(page.check_health()); }
