#!/usr/bin/env bash
# tools/check.sh finds what it looks for: in a tree of three files with a fault of each kind, and in none without.
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in git clang-format-14; do
  command -v $program >/dev/null || { echo "skipped: there is no $program"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tools" "$work/host/base" "$work/host/run"
cp tools/check.sh tools/layers.txt "$work/tools"
cp .clang-format "$work"
cd "$work"
git init -q .
echo '#include "base/below.hpp"' >host/run/above.hpp
echo 'int sound();' >host/base/below.hpp
git add .
fail() { echo "check_finds: $*" >&2; cat said >&2; exit 1; }

tools/check.sh --quick >said 2>&1 || fail "it complains of a tree that is well"
grep -qx 'check: all well' said || fail "it does not say that all is well"

# complains SENTENCE: it does, of that and of nothing else.
complains() {
  git add .
  ! tools/check.sh --quick >said 2>&1 || fail "it does not notice: $1"
  grep -qxF "check: $1" said || fail "it does not say: $1"
  [ "$(grep -c '^check: ' said)" = 1 ] || fail "it says more than: $1"
}
echo '#include "run/above.hpp"' >host/base/bad.cpp
complains 'host/base/bad.cpp includes run/, which is not below base/ (tools/layers.txt)'
printf 'int   f( );\n' >host/base/bad.cpp
complains 'host/base/bad.cpp is not formatted: tools/check.sh --fix'
tools/check.sh --quick --fix >said 2>&1 || fail "--fix leaves it as it was"
[ "$(cat host/base/bad.cpp)" = 'int f();' ] || fail "--fix formatted it otherwise"
printf '// TO%s: think\nint f();\n' DO >host/base/bad.cpp
complains 'unfinished work is marked above'
