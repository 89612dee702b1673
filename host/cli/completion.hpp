#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// Names that only the project knows.
enum class NameKind : uint8_t {
  services,
  modules,
  tags,
  tests,
  environments,
  settings,
  runs,
  outputs,
  packs,
  publishers
};
using NameSource = std::function<std::vector<std::string>(NameKind)>;

/// What a word may become.
struct Candidate {
  std::string value;  ///< the whole word; ":files": any file's name
  std::string description;
};

/// What the last of `words` may become, in the order of the definition. `words` are those behind the
/// program's name; the last is what has been typed of it, maybe nothing. Commands, options and choices are
/// those that `app` defines; choices are read from an option's type name: the words in lower case of
/// "service|test" and
/// "[N|auto]". `names` is asked only for what is needed.
std::vector<Candidate> complete(const CLI::App& app, const std::vector<std::string>& words,
                                const NameSource& names);

/// The script that makes a shell (bash, zsh or fish) ask this program; empty for another.
std::string_view completion_script(std::string_view shell);

}  // namespace e2e::host
