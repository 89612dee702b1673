#define E2E_JSON_INSTANCES
#include "e2e_json.hpp"
