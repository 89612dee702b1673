#pragma once

#include <e2e/ext/verify.h>

#include <string>

namespace e2e_fake {

/// What the next call of e2e_verify_v1::schema on this thread answers.
struct SchemaAnswer {
  e2e_rc rc = E2E_PASS;
  std::string problems;
};
SchemaAnswer& schema_answer();

/// e2e.verify/1 of the fake: schemas by script, expressions by std::regex, and a hash that is none.
const e2e_verify_v1& verify_table();

}  // namespace e2e_fake
