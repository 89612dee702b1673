#!/usr/bin/env bash
# Looks at the sources without running them: format, layers, what must not be in the tree, and clang-tidy.
#
#   tools/check.sh [--quick] [--fix]      --quick: no clang-tidy    --fix: formats the files
set -euo pipefail
cd "$(dirname "$0")/.."
quick= fix=
for word in "$@"; do case $word in
  --quick) quick=1 ;; --fix) fix=1 ;; *) echo "usage: tools/check.sh [--quick] [--fix]" >&2; exit 2 ;; esac; done
failed=0
complain() { echo "check: $*" >&2; failed=1; }

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp' '*.c' '*.h' | grep -v '\.in$')
format=$(command -v clang-format-14 || command -v clang-format || true)
[ -n "$format" ] || { echo "check: clang-format is missing: tools/install-deps.sh check" >&2; exit 2; }
if [ -n "$fix" ]; then "$format" -i "${sources[@]}"
elif "$format" --version | grep -q 'version 14\.'; then
  # Another version would format otherwise: only this one judges.
  while read -r file; do complain "$file is not formatted: tools/check.sh --fix"; done \
    < <("$format" --dry-run "${sources[@]}" 2>&1 | sed -nE 's/^([^:]+):[0-9]+:[0-9]+: warning: code should be.*/\1/p' | sort -u)
fi

# Layers: each #include "folder/..." in host/ must be allowed by tools/layers.txt.
while read -r line; do
  file=${line%%:*}
  included=${line##*\"}
  from=${file#host/}; from=${from%%/*}
  [ -d "host/$included" ] || continue
  [ "$from" != "$included" ] || continue
  allowed=$(sed -n "s/^$from://p" tools/layers.txt)
  case " $allowed " in *" $included "*) ;; *) complain "$file includes $included/, which is not below $from/ (tools/layers.txt)" ;; esac
done < <(git grep -oE '#include "[a-z]+/' -- 'host/*.cpp' 'host/*.hpp' | sed -E 's|:#include "([a-z]+)/|:"\1|')

! git grep -nIE '\b(TODO|FIXME)\b' -- '*.cpp' '*.hpp' '*.h' '*.c' '*.sh' ':!tools/check.sh' || complain "unfinished work is marked above"

if [ -z "$quick" ]; then
  tidy=$(command -v clang-tidy-14 || command -v clang-tidy || true)
  [ -n "$tidy" ] || { echo "check: clang-tidy is missing: tools/install-deps.sh check" >&2; exit 2; }
  [ -e build/compile_commands.json ] || tools/build.sh
  git ls-files 'host/*.cpp' 'sdk/src/*.cpp' | xargs -P "$(nproc)" -n 4 "$tidy" -p build --quiet --warnings-as-errors='*' 2>/dev/null || complain "clang-tidy found something"
fi
[ "$failed" -eq 0 ] && echo "check: all well"
exit "$failed"
