#include "frozen_layout.h"

#ifdef E2E_EXPECT_A_WRONG_LAYOUT
/* For the test that the assertions do assert. */
FROZEN_FIELD(e2e_kv, value, 8, e2e_str);
#endif
