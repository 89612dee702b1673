#!/usr/bin/env bash
# Runs tests under sanitizers, in two halves. Exit 1 if a test failed or a sanitizer reported anything.
#
#   tools/sanitize.sh [address|thread] [TEST PROGRAM]...     default: both halves, with what they list below
#
# - address: AddressSanitizer and UndefinedBehaviorSanitizer. Unit test programs of what schedules, works and reads other
#   people's bytes, and end-to-end tests whose host is built so.
# - thread: ThreadSanitizer. Unit test programs that have threads; the library, called by several threads at once; and
#   end-to-end tests under isolation `none`, whose workers are threads of the host. Plugins are built so, too: it sees no race of
#   code that it did not build.
#
# End-to-end tests are those of build/, as what only drives a host needs no sanitizer of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

# Not e2e_stacks_tests, which are about frames of this stack, to which the sanitizer adds its own.
address_units=(e2e_base_tests e2e_cli_tests e2e_config_tests e2e_events_tests e2e_launcher_tests e2e_pack_tests e2e_page_tests
  e2e_report_tests e2e_run_tests e2e_schedule_tests e2e_selection_tests e2e_worker_tests unit_discovery)
address_suite=(any_service_plugins clear_errors command_line completion config_command doctor equality event_schema full_disk idle_worker
  leavers library list_inspect live_output managed_services page_api page_socket page_transport process_tree rate_limits recycling
  repetition reports run_choice scope_endings scope_fixtures scopes signals symboliser tool_reports)
# Of tests/e2e, these are not among them:
# - garbage_services: holds the worker to an amount of memory, which the sanitizer alone exceeds. report_command takes minutes.
# - verdicts: eight of its 442 checks are about the reason of a crash in a noexcept function, which is told differently. No
#   sanitizer reported anything in any of these.
# - scope_connections: preloads a library, before which the sanitizer's has to come.
# - example_services and smoke_plugin: not tried with such a host.
# - bad_plugins, crash_reports, refusals and scarcity: limits of memory, which the sanitizer's shadow breaks at once; its own handlers
#   and stack frames are what they are about.

thread_units=(e2e_worker_tests unit_sdk e2e_library_test)
# The scheduler, whose model takes minutes so, and the journal have no threads.
thread_suite=(
  "equality WithoutIsolation*"
  "any_service_plugins PluginForAnyServiceRuns*"
  "scopes"
  "scope_endings ARetry*,AFailing*,ABeforeAllThatSkips*,InNone*"
  "rate_limits WorkersTogether*,LimitThatAPage*,RetryAfterHolds*,WaitingFor*,WaitingEnds*"
)

halves=(address thread)
case ${1-} in address | thread) halves=("$1"); shift ;; esac
if [ $# -gt 0 ]; then
  address_units=("$@") thread_units=("$@") address_suite=() thread_suite=()
  [ ${#halves[@]} = 1 ] || halves=(address)
fi
failed=0
within=() # what a program is started by

try() { # FOLDER NAME PROGRAM [ARGUMENT]...
  local log=$1/$2.log started=$SECONDS
  if "${within[@]}" "${@:3}" >"$log" 2>&1; then
    echo "$2: nothing found, in $((SECONDS - started)) s"
  else
    failed=1
    echo "$2: failed:"
    tail -n 60 "$log"
  fi
}

# Reports go to files, so that one of a process whose output nobody reads is found as well.
begin() { # FOLDER
  reports=$PWD/$1/reports
  rm -rf "$reports"
  mkdir -p "$reports"
}

show_reports() {
  local file
  while read -r file; do
    failed=1
    echo "A sanitizer's report, $file:"
    head -n 60 "$file"
  done < <(find "$reports" -type f -size +0 | head -n 3)
}

run_suite() { # FOLDER ["TEST [CATCH2'S CHOICE]"]...
  local folder=$1 name choice
  shift
  [ $# -gt 0 ] || return 0
  local programs=()
  for line; do programs+=("e2e_${line%% *}_test"); done
  tools/build.sh release "${programs[@]}"
  export E2E_TESTED_PROGRAM=$PWD/$folder/bin/e2e-host
  for line; do
    read -r name choice <<<"$line"
    try "$folder" "e2e_${name}_test" "build/bin/e2e_${name}_test" ${choice:+"$choice"}
  done
  unset E2E_TESTED_PROGRAM
}

sanitize_address() {
  local folder=build-asan
  begin $folder
  local targets=("${address_units[@]}")
  [ ${#address_suite[@]} = 0 ] || targets+=(e2e-host)
  tools/build.sh asan "${targets[@]}"
  export ASAN_OPTIONS=strict_string_checks=1:check_initialization_order=1:log_path=$reports/report
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$reports/report
  for program in "${address_units[@]}"; do
    case $program in e2e_page_tests) choice=("~AGigabyte*") ;; *) choice=() ;; esac # that takes longer than its limit
    try $folder "$program" "$folder/bin/$program" "${choice[@]}"
  done
  # The host keeps to its end what threads that tests left behind may still know.
  export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
  run_suite $folder "${address_suite[@]}"
  unset ASAN_OPTIONS UBSAN_OPTIONS
  show_reports
}

sanitize_thread() {
  local folder=build-tsan
  begin $folder
  local targets=("${thread_units[@]}")
  [ ${#thread_suite[@]} = 0 ] || targets+=(e2e-host e2e_test_plugins)
  tools/build.sh tsan "${targets[@]}"
  export TSAN_OPTIONS=log_path=$reports/report
  # Its shadow has no place for addresses of more random bits than kernels had when g++ 12 was made.
  if setarch -R true 2>/dev/null; then within=(setarch -R); fi
  for program in "${thread_units[@]}"; do try $folder "$program" "$folder/bin/$program"; done
  export E2E_TESTED_PLUGINS=$PWD/$folder/tests/plugins
  run_suite $folder "${thread_suite[@]}"
  unset TSAN_OPTIONS E2E_TESTED_PLUGINS
  within=()
  show_reports
}

for half in "${halves[@]}"; do "sanitize_$half"; done
exit $failed
