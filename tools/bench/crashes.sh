#!/usr/bin/env bash
# What crashes cost: 1000 tests of which 50 abort, beside the same tests without. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
readonly target=2.5 workers=4

usage() {
  cat <<END
usage: crashes.sh [--rounds N] [--check] [--build DIR]
  --rounds N    measured pairs of runs after one that is not (default: 9)
  --check       exit with 1 where the target is missed
  --build DIR   where the release build is made (default: build/ of the checkout, as the preset says)
END
}

rounds=9 is_check=0 build="$here/../../build"
read_options "rounds build" "$@"

work=$(mktemp -d)
service=
trap '[[ -z $service ]] || kill "$service" 2>/dev/null || true; rm -rf "$work"' EXIT

# 1. Installed as users have it; the tests; a service for them.
install_release "$here/../.." "$build" "$work/prefix" "$work/build.log"
host=$work/prefix/bin/e2e-host
echo "building 8 plugins" >&2
run_quietly "$work/build.log" cmake -G Ninja -S "$here/crashes" -B "$work/crashes" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix"
run_quietly "$work/build.log" cmake --build "$work/crashes"
port=$((20000 + RANDOM % 12000))
"$host" sample-service --port "$port" >"$work/service.log" 2>&1 &
service=$!
for _ in {1..100}; do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
cd "$work"
{
  echo "services:"
  for number in {1..8}; do echo "  s$number: {base_url: \"http://127.0.0.1:$port\"}"; done
} >e2e.conf

# 2. run MODE PASSED CRASHED: sets `took_ms`, and fails where the results are others than they have to be.
run() {
  local mode=$1 passed=$2 crashed=$3 code=0 begun=${EPOCHREALTIME/[.,]/}
  "$host" run --plugins crashes/plugins -j $workers --isolation process --parallel-mode "$mode" --color never >out 2>&1 || code=$?
  took_ms=$(((${EPOCHREALTIME/[.,]/} - begun) / 1000))
  # An event a line.
  local counted placed
  counted=$(grep -c '"status":"crashed"' .e2e/runs/*/events.ndjson || true)
  placed=$(grep '"status":"crashed"' .e2e/runs/*/events.ndjson | grep -c '01_requests.cpp' || true)
  [[ $code = $((crashed > 0)) && $counted = "$crashed" ]] && grep "run_finished" .e2e/runs/*/events.ndjson | grep -q "\"passed\":$passed,"  ||
    { tail -n 5 out >&2; fail "exit code $code, $counted of $crashed crashed, $passed were to pass"; }
  [[ $placed = "$crashed" ]] || fail "of $crashed crashes $placed have a stack with the test's file"
  rm -rf .e2e
}

echo "1000 requests, $workers workers, medians of $rounds pairs ($(machine_cpu)), load before: $(machine_load)"
is_missed=0
for mode in test service; do
  rm -f whole crashing
  for ((round = 0; round <= rounds; ++round)); do
    unset BENCH_CRASHES
    run $mode 1000 0
    whole=$took_ms
    export BENCH_CRASHES=1
    run $mode 950 50
    # The first of each warms up.
    [[ $round = 0 ]] || { echo "$whole" >>whole; echo "$took_ms" >>crashing; }
  done
  a=$(awk -f "$here/median.awk" crashing) b=$(awk -f "$here/median.awk" whole) mark=ok
  ! is_above "$(ratio "$a" "$b")" $target || { mark=MISSED is_missed=1; }
  printf 'process, mode %-8s %6.0f ms with 50 crashes, %6.0f ms without: x %s, target %s  %s\n' "$mode" "$a" "$b" "$(ratio "$a" "$b")" "$target" "$mark"
done
[[ $is_check = 0 || $is_missed = 0 ]]
