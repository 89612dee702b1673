#include "cli/completion.hpp"

namespace e2e::host {
namespace {

// Bash breaks words at ':' and '=', and puts in place only what is behind the last of them.
constexpr std::string_view bash_script = R"(# e2e-host in bash: source <(e2e-host completion bash)
_e2e_host() {
  local line=${COMP_LINE:0:COMP_POINT} value text lead=
  local -a words
  read -r -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local word=${words[${#words[@]}-1]}
  [[ $word == *[:=]* ]] && lead=${word%"${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r value text; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2>/dev/null
      while read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "${word#"$lead"}")
    else
      [[ $value == *= ]] && compopt -o nospace 2>/dev/null
      COMPREPLY+=("${value#"$lead"}")
    fi
  done < <("${words[0]/#\~/$HOME}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _e2e_host e2e-host
)";

constexpr std::string_view zsh_script = R"(#compdef e2e-host
# e2e-host in zsh: source <(e2e-host completion zsh), behind compinit
_e2e_host() {
  local value text
  local -a values shown
  while IFS=$'\t' read -r value text; do
    if [[ $value == :files ]]; then
      _files
    else
      values+=("$value")
      shown+=("$value${text:+  -- $text}")
    fi
  done < <(${~words[1]} __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -a values
}
if [[ $funcstack[1] == _e2e_host ]]; then _e2e_host "$@"; else compdef _e2e_host e2e-host; fi
)";

constexpr std::string_view fish_script = R"(# e2e-host in fish: e2e-host completion fish | source
function __e2e_host_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in (command $words[1] __complete -- $words[2..-1] "$word" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$word"
        else
            echo $line
        end
    end
end
complete -c e2e-host -f -a '(__e2e_host_complete)'
)";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  if (shell == "zsh") return zsh_script;
  if (shell == "fish") return fish_script;
  return {};
}

}  // namespace e2e::host
