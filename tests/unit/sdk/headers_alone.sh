#!/usr/bin/env bash
# Each public header, alone, as the strictest reader of it has it: C++17, pedantic, no warning. C headers in C11 as well.
# Where there is clang, all together by it too.
#
#   headers_alone.sh INCLUDE C-COMPILER C++-COMPILER
set -euo pipefail
export include=$1
cc=$2 cxx=$3
cd "$include"
compile() { # COMPILER STANDARD LANGUAGE HEADER...
  local complaints by=$1 standard=$2 language=$3
  shift 3
  complaints=$({ printf '#include <%s>\n' "$@"; echo 'extern int not_empty;'; } |
    "$by" -std="$standard" -x "$language" -I "$include" -Wall -Wextra -Wpedantic -Werror -fsyntax-only - 2>&1) ||
    { printf 'headers_alone: %s, by %s as %s:\n%s\n' "$*" "$by" "$standard" "$complaints" >&2; return 1; }
}
export -f compile
mapfile -t cpp < <(find e2e -name '*.hpp' | sort)
mapfile -t c < <(find e2e -name '*.h' | sort)
[ ${#cpp[@]} -ge 20 ] && [ ${#c[@]} -ge 10 ] || { echo "headers_alone: there are no headers in $include/e2e" >&2; exit 1; }
printf '%s\n' "${cpp[@]}" "${c[@]}" | xargs -P 2 -I {} bash -c 'compile "$@"' - "$cxx" c++17 c++ {}
printf '%s\n' "${c[@]}" | xargs -P 2 -I {} bash -c 'compile "$@"' - "$cc" c11 c {}
clang=$(command -v clang-14 || command -v clang || true)
if [ -n "$clang" ]; then
  compile "${clang/clang/clang++}" c++17 c++ "${cpp[@]}" "${c[@]}"
  compile "$clang" c11 c "${c[@]}"
fi
echo "headers_alone: ${#cpp[@]} of C++ and ${#c[@]} of C, by $cc and $cxx${clang:+, together by $clang}"
