#!/usr/bin/env bash
# What a test costs besides its request: e2e-host against bare fork and libcurl. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin
source "$here/common.sh"

readonly services=8 tests=125 workers=4
readonly requests=$((services * tests))
# What the host may cost at most, in floors, and its own process in memory.
readonly target_per_test=1.6 target_per_service=2.0 target_rss_kib=$((30 * 1024))

usage() {
  cat <<END
usage: requests.sh [--rounds N] [--json] [--check] [--build DIR | --prefix DIR]
  --rounds N    measured rounds after one that is not (default: 9)
  --json        the figures as JSON
  --check       exit with 1 where a target is missed
  --build DIR   where the release build is made (default: build/ of the checkout, as the preset says)
  --prefix DIR  measure the e2e-host and SDK installed there; nothing of them is built
END
}

rounds=9 format=text is_check=0 build="$here/../../build" prefix=
read_options "rounds build prefix" "$@"

work=$(mktemp -d)
clean_up() {
  if [[ -s $work/nginx.pid ]]; then
    local server
    server=$(<"$work/nginx.pid")
    kill -QUIT "$server" 2>/dev/null && tail --pid="$server" -f /dev/null
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- what is measured

prepare_programs() {
  if [[ -z $prefix ]]; then
    prefix=$work/prefix
    install_release "$here/../.." "$build" "$prefix" "$work/build.log"
  fi
  [[ -d $prefix ]] || fail "there is no folder $prefix"
  prefix=$(cd "$prefix" && pwd)
  host=$prefix/bin/e2e-host
  [[ -x $host ]] || fail "there is no $host"
  echo "building $services plugins with $tests tests each" >&2
  run_quietly "$work/build.log" cmake -G Ninja -S "$here/requests" -B "$work/requests" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" -DBENCH_SERVICES=$services -DBENCH_TESTS=$tests
  run_quietly "$work/build.log" cmake --build "$work/requests"
}

# One nginx worker: it needs a fraction of a core, and what is measured needs the rest.
start_server() {
  local attempt
  for attempt in {1..20}; do
    port=$((20000 + RANDOM % 12000))
    cat >"$work/nginx.conf" <<END
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx-error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $work/nginx-body;
  proxy_temp_path $work/nginx-proxy;
  fastcgi_temp_path $work/nginx-fastcgi;
  uwsgi_temp_path $work/nginx-uwsgi;
  scgi_temp_path $work/nginx-scgi;
  keepalive_requests 1000000;
  default_type application/json;
  server {
    listen 127.0.0.1:$port backlog=1024;
    location = /answer { return 200 '{"answer": 42}'; }
    location = /count { stub_status; }
  }
}
END
    # It comes back once it listens.
    if nginx -p "$work" -e "$work/nginx-error.log" -c "$work/nginx.conf" 2>"$work/nginx.log"; then return; fi
    grep -q 'Address already in use' "$work/nginx.log" || break
  done
  cat "$work/nginx.log" >&2
  fail "nginx does not start"
}

# Requests the server has had, this one included.
count_requests() {
  local reply
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /count HTTP/1.0\r\nHost: bench\r\n\r\n' >&3
  reply=$(cat <&3)
  exec 3>&-
  awk '/^ *[0-9]+ [0-9]+ [0-9]+ *\r?$/ { print $3 }' <<<"$reply"
}

write_config() {
  local number
  {
    echo "services:"
    for ((number = 1; number <= services; ++number)); do
      printf '  s%d:\n    base_url: http://127.0.0.1:%d\n' "$number" "$port"
    done
  } >"$work/e2e.conf"
}

# ---- measuring

readonly cells=(host_per_test floor_per_test host_per_service floor_per_service host_kept_per_test host_kept_per_service)

# Sets `command` to that of a cell.
command_of() {
  local run=("$host" run -c "$work/e2e.conf" --plugins "$work/requests/plugins" -j "$workers" --color never)
  case $1 in
    host_per_test) command=("${run[@]}" --isolation process --parallel-mode test) ;;
    host_per_service) command=("${run[@]}" --isolation process --parallel-mode service) ;;
    host_kept_per_test) command=("${run[@]}" --isolation service --parallel-mode test) ;;
    host_kept_per_service) command=("${run[@]}" --isolation service --parallel-mode service) ;;
    floor_per_test)
      command=("$work/requests/floor_fork_per_test" "http://127.0.0.1:$port/answer" "$requests" "$workers")
      ;;
    floor_per_service)
      command=("$work/requests/floor_fork_per_service" "http://127.0.0.1:$port/answer" "$services" "$tests"
        "$workers")
      ;;
  esac
}

# measure CELL [--peak-rss]: sets wall_us, cpu_us and peak_kib. Stops unless the server had exactly the requests that
# were to be made, and unless a host wrote down the end of each attempt.
measure() {
  local cell=$1 before after journaled figures
  local -a command
  shift
  command_of "$cell"
  rm -rf "$work/.e2e/runs"
  before=$(count_requests)
  figures=$("$work/requests/time_command" "$@" "$work/output" "${command[@]}") ||
    { tail -n 40 "$work/output" >&2; fail "failed: ${command[*]}"; }
  after=$(count_requests)
  [[ $((after - before - 1)) -eq $requests ]] ||
    fail "$cell made $((after - before - 1)) requests instead of $requests"
  if [[ $cell == host_* ]]; then
    journaled=$(cat "$work"/.e2e/runs/*/events.ndjson | grep -c '"attempt_finished"') || true
    [[ $journaled -eq $requests ]] || fail "$cell journaled the end of $journaled attempts instead of $requests"
  fi
  read -r wall_us cpu_us peak_kib <<<"$figures"
}

measure_all() {
  local round cell
  for ((round = 0; round <= rounds; ++round)); do
    for cell in "${cells[@]}"; do
      measure "$cell"
      # The first round fills caches: the host's, of what plugins hold, and the kernel's.
      if [[ $round -eq 0 ]]; then continue; fi
      echo "$wall_us" >>"$work/$cell.wall"
      echo "$cpu_us" >>"$work/$cell.cpu"
    done
    echo "round $round of $rounds" >&2
  done
  for cell in "${cells[@]}"; do
    if [[ $cell != host_* ]]; then continue; fi
    measure "$cell" --peak-rss
    echo "$peak_kib" >"$work/$cell.peak"
  done
}

median() { awk -f "$here/median.awk" "$1"; }

# ---- reporting

declare -A wall cpu peak of_medians of_rounds floor_of target_of
floor_of=([host_per_test]=floor_per_test [host_kept_per_test]=floor_per_test
  [host_per_service]=floor_per_service [host_kept_per_service]=floor_per_service)
target_of=([host_per_test]=$target_per_test [host_per_service]=$target_per_service)

evaluate() {
  local cell floor
  misses=()
  for cell in "${cells[@]}"; do
    wall[$cell]=$(median "$work/$cell.wall")
    cpu[$cell]=$(median "$work/$cell.cpu")
  done
  for cell in "${!floor_of[@]}"; do
    floor=${floor_of[$cell]}
    of_medians[$cell]=$(ratio "${wall[$cell]}" "${wall[$floor]}")
    paste "$work/$cell.wall" "$work/$floor.wall" | awk '{ print $1 / $2 }' >"$work/$cell.ratios"
    of_rounds[$cell]=$(ratio "$(median "$work/$cell.ratios")" 1)
    peak[$cell]=$(<"$work/$cell.peak")
    if [[ -n ${target_of[$cell]:-} ]] && is_above "${of_medians[$cell]}" "${target_of[$cell]}"; then
      misses+=("$cell takes ${of_medians[$cell]} times its floor; the target is ${target_of[$cell]}")
    fi
    if is_above "${peak[$cell]}" "$target_rss_kib"; then
      misses+=("$cell: the host's process had ${peak[$cell]} KiB; the target is $target_rss_kib")
    fi
  done
}

print_text() {
  local cell miss
  printf '%d requests, %d workers, median of %d rounds, %d CPUs (%s), load before: %s\n\n' "$requests" "$workers" \
    "$rounds" "$(nproc)" "$(machine_cpu)" "$load"
  printf '%-22s %9s %9s  %9s %9s  %6s  %8s\n' "" "wall ms" "CPU ms" "x floor" "by round" "target" "RSS MiB"
  for cell in "${cells[@]}"; do
    printf '%-22s %9.1f %9.1f' "$cell" "$(ratio "${wall[$cell]}" 1000)" "$(ratio "${cpu[$cell]}" 1000)"
    if [[ -n ${floor_of[$cell]:-} ]]; then
      printf '  %9.2f %9.2f  %6s  %8.1f' "${of_medians[$cell]}" "${of_rounds[$cell]}" "${target_of[$cell]:--}" \
        "$(ratio "${peak[$cell]}" 1024)"
    fi
    echo
  done
  for miss in "${misses[@]}"; do echo "missed: $miss"; done
}

print_json() {
  local cell separator=""
  printf '{"requests":%d,"workers":%d,"rounds":%d,"cpus":%d,"load_before":%s,"cells":[' "$requests" "$workers" \
    "$rounds" "$(nproc)" "$load"
  for cell in "${cells[@]}"; do
    printf '%s{"cell":"%s","wall_us":%d,"cpu_us":%d,"rounds_wall_us":[%s]' "$separator" "$cell" "${wall[$cell]%.*}" \
      "${cpu[$cell]%.*}" "$(paste -sd, "$work/$cell.wall")"
    if [[ -n ${floor_of[$cell]:-} ]]; then
      printf ',"floor":"%s","ratio_of_medians":%s,"median_of_ratios":%s,"target":%s,"host_peak_rss_kib":%d' \
        "${floor_of[$cell]}" "${of_medians[$cell]}" "${of_rounds[$cell]}" "${target_of[$cell]:-null}" "${peak[$cell]}"
    fi
    printf '}'
    separator=,
  done
  printf '],"target_host_peak_rss_kib":%d,"targets_missed":%d}\n' "$target_rss_kib" "${#misses[@]}"
}

need cmake cmake
need ninja ninja-build
need g++ g++
need curl-config libcurl4-openssl-dev
need nginx nginx

prepare_programs
start_server
write_config
load=$(machine_load)
measure_all
evaluate
"print_$format"
if [[ $is_check -eq 1 && ${#misses[@]} -gt 0 ]]; then exit 1; fi
