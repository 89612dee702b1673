#include "page/verify_extension.hpp"

#include <boost/regex.hpp>
#include <string>

#include "base/sha256.hpp"
#include "page/abi_text.hpp"
#include "page/json_extension.hpp"
#include "page/json_schema.hpp"

namespace e2e::host {

namespace {

/// What the last call on this thread handed out.
thread_local std::string kept;

e2e_rc tell(e2e_rc rc, std::string text, e2e_str* to) noexcept {
  kept = std::move(text);
  if (to != nullptr) *to = to_abi(kept);
  return rc;
}

e2e_rc schema(const e2e_host*, const e2e_json* schema, const e2e_json* value, e2e_str* problems) noexcept {
  if (problems != nullptr) *problems = {};
  if (schema == nullptr || value == nullptr) return E2E_ERROR;
  try {
    const SchemaVerdict verdict = check_schema(*from_handle(schema), *from_handle(value));
    if (!verdict.error.empty()) return tell(E2E_ERROR, verdict.error, problems);
    if (verdict.problems.empty()) return E2E_PASS;
    std::string lines;
    for (const std::string& problem : verdict.problems) lines += (lines.empty() ? "" : "\n") + problem;
    return tell(E2E_FAIL, std::move(lines), problems);
  } catch (...) {
    if (problems != nullptr) *problems = to_abi("not enough memory to validate");
    return E2E_ERROR;
  }
}

e2e_rc regex(const e2e_host*, e2e_str expression, e2e_str text, e2e_str* error) noexcept {
  if (error != nullptr) *error = {};
  const auto wanted = from_abi(expression);
  const auto searched = from_abi(text);
  if (!wanted || !searched) return E2E_ERROR;
  try {
    const boost::regex compiled(wanted->begin(), wanted->end());
    return boost::regex_search(searched->begin(), searched->end(), compiled) ? E2E_PASS : E2E_FAIL;
  } catch (const std::exception& wrong) {
    try {
      return tell(E2E_ERROR, wrong.what(), error);
    } catch (...) {
      return E2E_ERROR;
    }
  }
}

e2e_str sha256(const e2e_host*, e2e_str bytes) noexcept {
  const auto given = from_abi(bytes);
  if (!given) return {};
  try {
    kept = sha256_digits(*given);
    return to_abi(kept);
  } catch (...) {
    return {};
  }
}

constexpr e2e_verify_v1 verify_functions = {sizeof(e2e_verify_v1), 0, schema, regex, sha256};

}  // namespace

const e2e_verify_v1& verify_extension() noexcept { return verify_functions; }

}  // namespace e2e::host
