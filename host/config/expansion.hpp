#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// Environment variables by name.
using Variables = std::map<std::string, std::string>;

/// Why a reference can't be expanded.
struct ExpansionProblem {
  size_t offset = 0;  ///< of the reference in the text
  size_t length = 0;
  std::string message;
  std::string hint;
  bool is_unset = false;  ///< the variable has no value here; the text itself is in order
};

/// What expand() makes of a text.
struct Expansion {
  std::string text;               ///< as far as it could be expanded
  bool has_references = false;    ///< it named a variable
  bool has_worker_names = false;  ///< `text` is for expand_worker_names()
  std::vector<ExpansionProblem> problems;
};

/// Replaces, once and not in what it has put in:
///
///     ${VAR}            the variable's value, which may be empty; unset: a problem
///     ${VAR:-default}   the default where it is unset or empty
///     ${VAR:?why}       a problem that says why where it is unset or empty
///     $$                a dollar sign
///     ${worker.NAME}    nothing: kept for the worker
///
/// Any other '$' stays as it is. Where worker names are kept, other dollar signs are kept doubled.
Expansion expand(std::string_view text, const Variables& variables);

/// The worker's half: puts in ${worker.index}, the slot. To be called once, on what expand() made; a text
/// without worker names comes back as it is, and a name that is unknown stays.
std::string expand_worker_names(std::string_view text, uint32_t worker_index);

}  // namespace e2e::host
