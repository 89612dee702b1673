#!/usr/bin/env bash
# Runs tests with AddressSanitizer and UndefinedBehaviorSanitizer: unit test programs of what schedules, works and reads other
# people's bytes, and end-to-end tests with the host itself built so. Exit 1 if a test failed or a sanitizer reported anything.
#
#   tools/sanitize.sh [TEST PROGRAM]...     default: those below
#
# The end-to-end tests are those of build/ and run the host of build-asan: what only drives it, and
# the plugins, need no sanitizer of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
units=("$@") suite=()
if [ $# = 0 ]; then
  units=(e2e_base_tests e2e_schedule_tests e2e_worker_tests e2e_events_tests e2e_launcher_tests unit_discovery)
  # Not among them, as the sanitizer changes what they are about: bad_plugins, crash_reports, refusals and scarcity (limits of memory,
  # which its shadow breaks at once; its own handlers and stack frames) and verdicts (how crashes are told).
  suite=(scopes rate_limits config_command tool_reports)
fi

reports=$PWD/build-asan/reports
rm -rf "$reports"
mkdir -p "$reports"
# Reports go to files, so that one of a process whose output nobody reads is found as well.
export ASAN_OPTIONS=strict_string_checks=1:check_initialization_order=1:log_path=$reports/report
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$reports/report
failed=0
try() { # NAME PROGRAM
  local log=build-asan/$1.log
  if "$2" >"$log" 2>&1; then echo "$1: nothing found"; else
    failed=1
    echo "$1: failed:"
    tail -n 60 "$log"
  fi
}

targets=("${units[@]}")
if [ ${#suite[@]} -gt 0 ]; then
  targets+=(e2e-host)
  tests=("${suite[@]/#/e2e_}")
  tools/build.sh release "${tests[@]/%/_test}"
fi
tools/build.sh asan "${targets[@]}"
for program in "${units[@]}"; do try "$program" "build-asan/bin/$program"; done
# The host keeps to its end what threads that tests left behind may still know.
export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
export E2E_TESTED_PROGRAM=$PWD/build-asan/bin/e2e-host
for name in "${suite[@]}"; do try "e2e_${name}_test" "build/bin/e2e_${name}_test"; done
while read -r file; do
  failed=1
  echo "A sanitizer's report, $file:"
  head -n 60 "$file"
done < <(find "$reports" -type f -size +0 | head -n 3)
exit $failed
