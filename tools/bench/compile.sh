#!/usr/bin/env bash
# How long a test file takes to compile: ten tests for the SDK against the same ten for Catch2. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

# What a file for the SDK may cost at most, in files for Catch2.
readonly target=1.0

usage() {
  cat <<END
usage: compile.sh [--rounds N] [--json] [--check] [--build DIR | --prefix DIR]
  --rounds N    measured compilations of each file after one that is not (default: 9)
  --json        the figures as JSON
  --check       exit with 1 where the target is missed
  --build DIR   where the release build is configured (default: build/ of the checkout, as the preset says)
  --prefix DIR  measure the SDK installed there
The compiler is g++, or \$CXX.
END
}

rounds=9 format=text is_check=0 build="$here/../../build" prefix=
read_options "rounds build prefix" "$@"

readonly compiler=${CXX:-g++} levels=(O0 O2) kinds=(sdk catch2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

has_catch2() { "$compiler" -x c++ -fsyntax-only - <<<'#include <catch2/catch.hpp>' 2>/dev/null; }

prepare() {
  local level kind
  need cmake cmake
  need ninja ninja-build
  need "$compiler" g++
  if ! has_catch2; then
    if [[ $EUID -eq 0 ]]; then apt-get install -y --no-install-recommends catch2 >&2 || true; fi
    has_catch2 || fail "<catch2/catch.hpp> of Catch2 2 is missing: apt-get install catch2 (Debian 12)"
  fi
  if [[ -z $prefix ]]; then
    prefix=$work/prefix
    run_quietly "$work/log" cmake --preset release -S "$here/../.." -B "$build"
    run_quietly "$work/log" cmake --install "$build" --prefix "$prefix" --component sdk
  fi
  [[ -d $prefix ]] || fail "there is no folder $prefix"
  prefix=$(cd "$prefix" && pwd)
  for level in "${levels[@]}"; do
    run_quietly "$work/log" cmake -G Ninja -S "$here/compile" -B "$work/$level" -DCMAKE_PREFIX_PATH="$prefix" \
      -DCMAKE_BUILD_TYPE= -DCMAKE_CXX_FLAGS="-$level" -DCMAKE_CXX_COMPILER="$compiler"
    run_quietly "$work/log" cmake --build "$work/$level" --target time_command
    # The very commands the build would run for these files.
    for kind in "${kinds[@]}"; do
      ninja -C "$work/$level" -t commands -s "CMakeFiles/with_$kind.dir/$kind/01_users.cpp.o" |
        grep 01_users.cpp >"$work/$level/$kind.command" || fail "the build has no command for $kind"
    done
  done
}

measure_all() {
  local round level kind figures
  for ((round = 0; round <= rounds; ++round)); do
    for level in "${levels[@]}"; do
      for kind in "${kinds[@]}"; do
        figures=$(cd "$work/$level" &&
          ./time_command "$work/log" sh "$work/$level/$kind.command") || { cat "$work/log" >&2; fail "$kind: -$level"; }
        if [[ $round -gt 0 ]]; then echo "$figures" >>"$work/$level/$kind.figures"; fi
      done
    done
    echo "round $round of $rounds" >&2
  done
}

# median_of LEVEL KIND COLUMN: microseconds; the columns are wall and CPU.
median_of() { awk -v column="$3" '{ print $column }' "$work/$1/$2.figures" | awk -f "$here/median.awk"; }

evaluate() {
  local level kind
  declare -gA wall cpu quotient
  misses=()
  for level in "${levels[@]}"; do
    for kind in "${kinds[@]}"; do
      wall[$level.$kind]=$(median_of "$level" "$kind" 1)
      cpu[$level.$kind]=$(median_of "$level" "$kind" 2)
    done
    quotient[$level]=$(ratio "${wall[$level.sdk]}" "${wall[$level.catch2]}")
    if is_above "${quotient[$level]}" "$target"; then
      misses+=("-$level takes ${quotient[$level]} times Catch2; the target is $target")
    fi
  done
}

print_text() {
  local level kind miss
  printf '%s, median of %d rounds, %d CPUs (%s), load before: %s\n\n' "$("$compiler" --version | head -n 1)" \
    "$rounds" "$(nproc)" "$(machine_cpu)" "$load"
  printf '%-14s %9s %9s  %8s\n' "" "wall ms" "CPU ms" "x Catch2"
  for level in "${levels[@]}"; do
    for kind in "${kinds[@]}"; do
      printf '%-14s %9.0f %9.0f' "$kind -$level" "$(ratio "${wall[$level.$kind]}" 1000)" \
        "$(ratio "${cpu[$level.$kind]}" 1000)"
      if [[ $kind == sdk ]]; then printf '  %8.2f' "${quotient[$level]}"; fi
      echo
    done
  done
  for miss in "${misses[@]}"; do echo "missed: $miss"; done
}

print_json() {
  local level separator=""
  printf '{"rounds":%d,"cpus":%d,"load_before":%s,"levels":[' "$rounds" "$(nproc)" "$load"
  for level in "${levels[@]}"; do
    printf '%s{"level":"%s","sdk_wall_us":%d,"sdk_cpu_us":%d,"catch2_wall_us":%d,"catch2_cpu_us":%d,"ratio":%s}' \
      "$separator" "$level" "${wall[$level.sdk]%.*}" "${cpu[$level.sdk]%.*}" "${wall[$level.catch2]%.*}" \
      "${cpu[$level.catch2]%.*}" "${quotient[$level]}"
    separator=,
  done
  printf '],"target":%s,"targets_missed":%d}\n' "$target" "${#misses[@]}"
}

prepare
load=$(machine_load)
measure_all
evaluate
"print_$format"
if [[ $is_check -eq 1 && ${#misses[@]} -gt 0 ]]; then exit 1; fi
