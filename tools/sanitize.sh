#!/usr/bin/env bash
# Builds what schedules and what reads other people's bytes with AddressSanitizer and UndefinedBehaviorSanitizer, and runs its
# tests. Exit 1 if a test failed or a sanitizer reported anything.
#
#   tools/sanitize.sh [TEST PROGRAM]...     default: those below
set -euo pipefail
cd "$(dirname "$0")/.."
programs=("$@")
[ ${#programs[@]} -gt 0 ] || programs=(e2e_base_tests e2e_schedule_tests e2e_events_tests unit_discovery)
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

tools/build.sh asan "${programs[@]}"
failed=0
for program in "${programs[@]}"; do
  log=build-asan/$program.log
  if "build-asan/bin/$program" >"$log" 2>&1; then
    echo "$program: nothing found"
  else
    failed=1
    echo "$program: failed:"
    tail -n 60 "$log"
  fi
done
exit $failed
