#!/usr/bin/env bash
# From a saved line to the result: a test module is edited, rebuilt, run and reported. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

readonly target_ms=3000

usage() {
  cat <<END
usage: edit_run.sh [--rounds N] [--check] [--build DIR | --prefix DIR]
  --rounds N    edits after the first build (default: 9)
  --check       exit with 1 where the target is missed
  --build DIR   where the release build is made (default: build/ of the checkout, as the preset says)
  --prefix DIR  use the e2e-host and SDK installed there; nothing of them is built
END
}

rounds=9 is_check=0 build="$here/../../build" prefix=
read_options "rounds build prefix" "$@"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -z $prefix ]]; then
  prefix=$work/prefix
  install_release "$here/../.." "$build" "$prefix" "$work/build.log"
fi
prefix=$(cd "$prefix" && pwd)
export PATH=$prefix/bin:$PATH CMAKE_PREFIX_PATH=$prefix

# A project as init makes it.
run_quietly "$work/log" e2e-host init "$work/project"
cd "$work/project"
module=services/sample/modules/01_notes.cpp
run_quietly "$work/log" e2e-host run --build keeps_a_note

for ((round = 1; round <= rounds; ++round)); do
  sed -i "s/\"buy [^\"]*\"/\"buy $round\"/" "$module"
  grep -q "\"buy $round\"" "$module" || fail "the module was not edited"
  begin=$(date +%s%N)
  run_quietly "$work/log" e2e-host run --build keeps_a_note
  end=$(date +%s%N)
  grep -q 'All services passed' "$work/log" || fail "the edited test was not run"
  echo $(((end - begin) / 1000000))
done >"$work/times"

median=$(awk -f "$here/median.awk" "$work/times")
echo "an edit, built, run and reported: $median ms, median of $rounds; target $target_ms ms (load $(machine_load), $(machine_cpu))"
[[ $is_check -eq 0 ]] || ! is_above "$median" "$target_ms"
