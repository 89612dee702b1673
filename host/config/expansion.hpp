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
  std::string text;                ///< as far as it could be expanded
  bool has_references = false;     ///< it named a variable
  bool has_worker_names = false;   ///< `text` is for expand_late_names()
  bool has_service_names = false;  ///< likewise
  std::vector<ExpansionProblem> problems;
};

/// Replaces, once and not in what it has put in:
///
///     ${VAR}            the variable's value, which may be empty; unset: a problem
///     ${VAR:-default}   the default where it is unset or empty
///     ${VAR:?why}       a problem that says why where it is unset or empty
///     $$                a dollar sign
///     ${worker.NAME}    nothing: kept, as are ${service.port} and ${run.folder}
///
/// Any other '$' stays as it is. Where such late names are kept, other dollar signs are kept doubled.
Expansion expand(std::string_view text, const Variables& variables);

/// What is known only while a run is under way.
struct LateNames {
  uint32_t worker_index = 0;    ///< the slot
  uint16_t service_port = 0;    ///< leased for the service; 0: none was
  std::string run_folder = {};  ///< that the run's managed services share; empty: there is none
};

/// The second half: puts in ${worker.index}, ${service.port} and ${run.folder}. To be called once, on what
/// expand() made; a text without late names comes back as it is, and a name that is unknown or has no value
/// stays.
std::string expand_late_names(std::string_view text, const LateNames& names);

/// Whether a text that expand() made refers to that name, for example "service.port".
bool has_late_name(std::string_view text, std::string_view name);

}  // namespace e2e::host
