#!/usr/bin/env bash
# Kills one process of a run, or two at once, by SIGKILL at a random moment, and looks whether anything of the run is left:
# the processes of docs/design/002-process-tree.md, each alone and each pair, in turn.
#
#   tools/kill-matrix.sh [--rounds N] [--build FOLDER] [--seed N]     default: 100 rounds, build/, a new seed
#
# Prints a line a cell; exit 1 if anything was left after 60 s or a run ended otherwise than 002 says, 2 if it could not run
# or a cell's victims were never all there.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=100 build=build seed=$((RANDOM * 32768 + RANDOM))
while [ $# -gt 0 ]; do case $1 in
  --rounds) rounds=$2; shift 2 ;; --build) build=$2; shift 2 ;; --seed) seed=$2; shift 2 ;;
  *) echo "usage: tools/kill-matrix.sh [--rounds N] [--build FOLDER] [--seed N]" >&2; exit 2 ;; esac; done
host_program=$(realpath "$build")/bin/e2e-host plugin=$(realpath "$build")/tests/plugins/tree.so
server=$(realpath "$build")/bin/e2e-tiny-server
for file in "$host_program" "$plugin" "$server"; do
  [ -e "$file" ] || { echo "kill-matrix: $file is missing: tools/build.sh release e2e-host tree e2e-tiny-server" >&2; exit 2; }
done
RANDOM=$((seed % 32768))
cells=(H L K W G S HL LH HK KH HW HG HS LK KL LW LG LS KW KG KS WG WS)
project=$(mktemp -d "${TMPDIR:-/tmp}/e2e-kill-matrix-XXXXXX")
trap 'rm -rf "$project"' EXIT
# A managed service with a child in its group and one outside, neither of which ends by itself.
cat >"$project/e2e.conf" <<CONF
services:
  tree:
    base_url: http://127.0.0.1:\${service.port}
    start: {command: ["$server", "\${service.port}", --family, family], stop_timeout: 300}
limits: {grace_period: 300}
CONF

# The living processes of this round: by what is in their environment from their exec, or the one it was copied from.
remaining() {
  local file pid stat
  for file in $(grep -lsazF "KILL_MATRIX_ROUND=$1." /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/} pid=${pid%/environ}
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    case ${stat##*) } in Z* | X*) ;; *) echo "$pid" ;; esac
  done
}
children() { cat /proc/"$1"/task/*/children 2>/dev/null || true; }
named_child() { # PARENT NAME
  local pid
  for pid in $(children "$1"); do
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$2" ] || { echo "$pid"; return; }
  done
}
first_worker() { # LAUNCHER
  local pid
  for pid in $(children "$1"); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in e2e-keeper | e2e-symboliser | "") ;; *) echo "$pid"; return ;; esac
  done
}
# The one that a letter stands for, or nothing if there is none just now.
pid_of() { # LETTER HOST LAUNCHER
  local worker
  case $1 in
    H) echo "$2" ;; L) [ "$3" = 0 ] || echo "$3" ;; K) named_child "$3" e2e-keeper ;; W) first_worker "$3" ;;
    S) children "$(named_child "$3" e2e-keeper)" | cut -d' ' -f1 ;;
    G) worker=$(first_worker "$3"); [ -z "$worker" ] || children "$worker" | cut -d' ' -f1 ;;
  esac
}

# Whether not all tests of the run have ended yet.
is_under_way() {
  local ended
  ended=$(cat "$project"/.e2e/runs/*/events.ndjson 2>/dev/null | grep -c '"event":"test_finished"') || true
  [ "$ended" -lt 8 ]
}
# How a run ends of which these are killed while it is under way.
expected_code() { # CELL WHETHER-THE-KEEPER-RAN-A-SERVICE
  case $1 in
    H*) echo 137 ;;
    *H) echo "4 or 137" ;; # The host may hear of the other's end before its own.
    *L* | *S*) echo 4 ;;
    *K*) [ -n "$2" ] && echo 4 || echo "1 or 4" ;; # One that has run no service yet is replaced.
    *) echo 1 ;;
  esac
}

declare -A done_rounds missed left wrong exits slowest
all_left=0 all_wrong=0
for ((round = 0; round < rounds; ++round)); do
  cell=${cells[round % ${#cells[@]}]}
  isolation=$((RANDOM % 2)); [ $isolation = 0 ] && isolation=process || isolation=service
  rm -rf "$project/.e2e"
  mkdir -p "$project/tmp"
  mark=$$-$round
  (cd "$project" && exec env KILL_MATRIX_ROUND="$mark." TMPDIR="$project/tmp" "$host_program" run --plugins "$plugin" \
    04_bustle -j 2 --parallel-mode test --isolation "$isolation" >out 2>&1 </dev/null) &
  host=$!
  sleep "0.$(printf %03d $((RANDOM % 350)))"
  # Workers and what they start come and go: looks again where there is none just now, while the run goes on.
  victims=() managed=
  for ((try = 0; try < 1000 && ${#victims[@]} < ${#cell}; ++try)); do
    kill -0 $host 2>/dev/null || break
    launcher=$(named_child $host e2e-launcher)
    victims=()
    for ((i = 0; i < ${#cell}; ++i)); do
      pid=$(pid_of "${cell:i:1}" "$host" "${launcher:-0}")
      [ -z "$pid" ] || victims+=("$pid")
    done
  done
  case $cell in *[HLS]*) ;; *K*) managed=$(pid_of S "$host" "${launcher:-0}") ;; esac
  [ ${#victims[@]} = ${#cell} ] && is_under_way && expected=$(expected_code "$cell" "$managed") || expected=
  [ -n "$expected" ] || missed[$cell]=$((${missed[$cell]:-0} + 1))
  [ ${#victims[@]} = 0 ] || kill -KILL "${victims[@]}" 2>/dev/null || true
  case $cell in *H*) killed_at=${EPOCHREALTIME/[.,]/} ;; esac
  { wait $host && code=0 || code=$?; } 2>/dev/null
  case " $expected " in "  " | *" $code "*) ;; *)
    wrong[$cell]=$((${wrong[$cell]:-0} + 1)) all_wrong=$((all_wrong + 1))
    echo "kill-matrix: round $round, $cell (seed $seed) ended with $code, not $expected:" >&2
    sed 's/^/  /' "$project/out" >&2 ;;
  esac
  # What a living host ends by itself is all cleaned up when it exits; else the time counts from the kill.
  case $cell in *H*) ;; *) killed_at=${EPOCHREALTIME/[.,]/} ;; esac
  until [ -z "$(remaining "$mark")" ] && [ -z "$(ls -A "$project/tmp")" ]; do
    if [ $((${EPOCHREALTIME/[.,]/} - killed_at)) -gt 60000000 ]; then
      left[$cell]=$((${left[$cell]:-0} + 1)) all_left=$((all_left + 1))
      echo "kill-matrix: round $round, $cell (seed $seed) left:" >&2
      for pid in $(remaining "$mark"); do
        echo "  $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" >&2
        kill -KILL "$pid" 2>/dev/null || true
      done
      find "$project/tmp" -mindepth 1 | sed 's/^/  /' >&2
      break
    fi
  done
  took=$(((${EPOCHREALTIME/[.,]/} - killed_at) / 1000))
  rm -rf "$project/tmp"
  done_rounds[$cell]=$((${done_rounds[$cell]:-0} + 1))
  case " ${exits[$cell]:-} " in *" $code "*) ;; *) exits[$cell]="${exits[$cell]:-} $code" ;; esac
  [ "$took" -le "${slowest[$cell]:-0}" ] || slowest[$cell]=$took
done

printf '%-8s %6s %6s %6s %6s %8s  %s\n' killed rounds absent left wrong slowest 'exit codes'
never=()
for cell in "${cells[@]}"; do
  [ -n "${done_rounds[$cell]:-}" ] || continue
  [ "${missed[$cell]:-0}" -lt "${done_rounds[$cell]}" ] || never+=("$cell")
  printf '%-8s %6d %6d %6d %6d %5d ms  %s\n' "$(sed 's/./&+/g; s/+$//' <<<"$cell")" "${done_rounds[$cell]}" \
    "${missed[$cell]:-0}" "${left[$cell]:-0}" "${wrong[$cell]:-0}" "${slowest[$cell]:-0}" "${exits[$cell]# }"
done
echo "kill-matrix: $rounds rounds (seed $seed), something was left after $all_left of them, $all_wrong ended otherwise than expected"
[ ${#never[@]} = 0 ] || { echo "kill-matrix: nobody to kill was there in any round of ${never[*]}" >&2; exit 2; }
[ $((all_left + all_wrong)) = 0 ]
