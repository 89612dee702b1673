#include "verify.hpp"

#include "document.hpp"
#include "e2e/context.hpp"

namespace e2e::detail {

const e2e_verify_v1& required_verify(const HostApi& api, const char* what, Location where) {
  if (api.verify) return *api.verify;
  fail("the host (" + to_string(api.host->name) + " " + to_string(api.host->version) +
           ") does not offer " E2E_EXT_VERIFY ", which " + what + " needs: update it",
       where);
}

bool is_found(const HostApi& api, std::string_view expression, std::string_view text, Location where) {
  e2e_str error{};
  const e2e_verify_v1& verify = required_verify(api, "a regular expression", where);
  const e2e_rc rc = verify.regex(api.host, to_str(expression), to_str(text), &error);
  if (rc != E2E_PASS && rc != E2E_FAIL) {
    fail("the regular expression " + text_of_string(expression) + " can't be used: " + to_string(error),
         where);
  }
  return rc == E2E_PASS;
}

}  // namespace e2e::detail
