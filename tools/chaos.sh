#!/usr/bin/env bash
# Runs a suite whose results are known, and does something random to a process of the run, its service or its disk, at a
# random moment. Counts results that are lost or wrong, and what is left of the run.
#
#   tools/chaos.sh [--rounds N] [--build FOLDER] [--seed N]     default: 100 rounds, build/, a new seed
#
# Prints a line a fault; exit 1 if anything was lost, wrong or left, 2 if it could not run.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=100 build=build seed=$((RANDOM * 32768 + RANDOM))
while [ $# -gt 0 ]; do case $1 in
  --rounds) rounds=$2; shift 2 ;; --build) build=$2; shift 2 ;; --seed) seed=$2; shift 2 ;;
  *) echo "usage: tools/chaos.sh [--rounds N] [--build FOLDER] [--seed N]" >&2; exit 2 ;; esac; done
host_program=$(realpath "$build")/bin/e2e-host server=$(realpath "$build")/bin/e2e-tiny-server
plugins=$(realpath "$build")/tests/plugins
for file in "$host_program" "$server" "$plugins/crashes.so" "$plugins/bad.so" "$plugins/served.so"; do
  [ -e "$file" ] || { echo "chaos: $file is missing: tools/build.sh release e2e-host e2e-tiny-server e2e_test_plugins" >&2; exit 2; }
done
RANDOM=$((seed % 32768))
project=$(mktemp -d "${TMPDIR:-/tmp}/e2e-chaos-XXXXXX")
trap 'rm -rf "$project"' EXIT
cp "$plugins/bad.so" "$project/good.so"
cat >"$project/e2e.conf" <<CONF
services:
  crashes: {base_url: "http://127.0.0.1:9"}
  bad: {base_url: "http://127.0.0.1:9"}
  served:
    base_url: "http://127.0.0.1:\${service.port}"
    start: {command: ["$server", "\${service.port}"]}
limits: {grace_period: 200}
CONF

# What a run on a small disk leaves goes with that disk: kept in its place is a copy.
on_a_disk_of() { # KIB COMMAND...
  exec unshare -m sh -c 'kib=$1; shift; mount -t tmpfs -o size="${kib}k" none .e2e || exit 2
    "$@"; code=$?; cp -r .e2e/runs kept; umount -l .e2e; mkdir -p .e2e; rm -rf .e2e/runs; mv kept .e2e/runs; exit $code' sh "$@"
}
# start MARK MODE ISOLATION [KIB]: the suite, in the project's folder; on a disk of that size.
start() {
  cd "$project"
  mkdir -p .e2e
  local command=(env CHAOS_ROUND="$1." TMPDIR="$project/tmp" "$host_program" run crashes bad 01_served --plugins "$plugins/crashes.so" \
    --plugins good.so --plugins "$plugins/served.so" -j 3 --parallel-mode "$2" --isolation "$3" --quiet -o ndjson=live)
  [ -n "${4:-}" ] || exec "${command[@]}" >out 2>&1 </dev/null
  on_a_disk_of "$4" "${command[@]}" >out 2>&1 </dev/null
}
journal() { ls -t "$project"/.e2e/runs/*/events.ndjson 2>/dev/null | head -n 1; }
# "id outcome", a line a test, of what was said of tests' ends.
outcomes() { sed -nE 's/.*"event":"test_finished","test":"([^"]+)","outcome":"([a-z_]+)".*/\1 \2/p' "$1" | sort; }
# Ids of tests whose end a fault explains: their process or their service was killed, or they depend on such.
explained() {
  sed -nE 's/.*"event":"attempt_finished","test":"(served::[^"]+)".*"service served (died|was down)[^"]*".*/\1/p' "$1"
  sed -nE 's/.*"event":"attempt_finished","test":"([^"]+)".*"reason":"[^"]*(killed by SIG(KILL|TERM)|was killed)[^"]*".*/\1/p' "$1"
  sed -nE 's/.*"event":"test_finished","test":"([^"]+)","outcome":"skipped".*"reason":"depends on .*/\1/p' "$1"
}

children() { cat /proc/"$1"/task/*/children 2>/dev/null || true; }
named_child() { # PARENT NAME
  local pid
  for pid in $(children "$1"); do [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$2" ] || { echo "$pid"; return; }; done
}
a_worker() { # LAUNCHER
  local pid found=()
  for pid in $(children "$1"); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in e2e-keeper | e2e-symboliser | "") ;; *) found+=("$pid") ;; esac
  done
  [ ${#found[@]} = 0 ] || echo "${found[RANDOM % ${#found[@]}]}"
}
remaining() { # MARK
  local file pid stat
  for file in $(grep -lsazF "CHAOS_ROUND=$1." /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/} pid=${pid%/environ}
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    case ${stat##*) } in Z* | X*) ;; *) echo "$pid" ;; esac
  done
}
# Whether somebody listens on the service's port.
has_port() { # JOURNAL
  local port
  port=$(sed -nE 's/.*"event":"service_started".*"port":([0-9]+).*/\1/p' "$1" | head -n 1)
  [ -n "$port" ] && grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$port") [0-9A-F]+:0000 0A " /proc/net/tcp
}
# may_end FAULT CODE: as a run ends that this was done to, or that had ended before.
may_end() {
  case $1:$2 in
    *:1 | kill-host:137 | term-host:143 | hang-up-host:129 | kill-launcher:4 | kill-keeper:4 | kill-service:4 | full-disk:4) ;;
    # It was loading a plugin, or between two units: that is no test's affair.
    kill-worker:4) grep -qE '(while it was loaded|ended the process that loaded it|an idle worker ended): killed by SIGKILL' "$project/out" ;;
    *) return 1 ;;
  esac
}
# fault NAME HOST: does it; false if there was nobody to do it to.
fault() {
  local launcher victim=
  launcher=$(named_child "$2" e2e-launcher)
  case $1 in
    none | full-disk) return 0 ;;
    *-host) victim=$2 ;;
    *-launcher) victim=$launcher ;;
    *-worker) victim=$(a_worker "${launcher:-0}") ;;
    *-keeper) victim=$(named_child "${launcher:-0}" e2e-keeper) ;;
    *-symboliser) victim=$(named_child "${launcher:-0}" e2e-symboliser) ;;
    *-service)
      victim=$(named_child "${launcher:-0}" e2e-keeper)
      victim=$(named_child "${victim:-0}" e2e-tiny-server)
      ;;
  esac
  [ -n "$victim" ] || return 1
  case $1 in
    kill-*) kill -KILL "$victim" 2>/dev/null ;;
    stop-*) kill -STOP "$victim" 2>/dev/null && sleep 0.1; kill -CONT "$victim" 2>/dev/null ;;
    term-*) kill -TERM "$victim" 2>/dev/null ;;
    hang-up-*) kill -HUP "$victim" 2>/dev/null ;;
  esac
}

mkdir -p "$project/tmp"
(start baseline test process) || true
outcomes "$(journal)" >"$project/expected"
[ -s "$project/expected" ] || { echo "chaos: the suite does not run:" >&2; cat "$project/out" >&2; exit 2; }

faults=(none kill-worker kill-symboliser kill-keeper kill-service stop-worker stop-symboliser stop-keeper stop-service stop-launcher
  stop-host kill-launcher kill-host term-host hang-up-host full-disk)
# Who may not mount a disk of his own has none to fill.
unshare -m true 2>/dev/null || faults=("${faults[@]/full-disk/none}")
declare -A count absent lost wrong left
complain() { echo "chaos: round $round, $what (seed $seed): $*" >&2; }
for ((round = 0; round < rounds; ++round)); do
  what=${faults[RANDOM % ${#faults[@]}]} mark=$$-$round
  modes=(test service) isolations=(process service)
  rm -rf "$project/.e2e/runs" "$project/live"
  # The suite's whole journal has some 60 KiB.
  case $what in full-disk) kib=$((4 * (1 + RANDOM % 16))) ;; *) kib= ;; esac
  (start "$mark" "${modes[RANDOM % 2]}" "${isolations[RANDOM % 2]}" "$kib") &
  host=$!
  sleep "0.$(printf %03d $((20 + RANDOM % 500)))"
  count[$what]=$((${count[$what]:-0} + 1))
  fault "$what" $host || absent[$what]=$((${absent[$what]:-0} + 1))
  code=0
  { wait $host || code=$?; } 2>/dev/null
  may_end "$what" $code || {
    wrong[$what]=$((${wrong[$what]:-0} + 1))
    complain "wrong: it ended with $code"
  }
  # Who was killed leaves the others to clean up.
  for ((i = 0; i < 600; ++i)); do [ -n "$(remaining "$mark")" ] || [ -n "$(ls -A "$project/tmp")" ] || break; sleep 0.1; done
  if [ "$i" = 600 ]; then
    left[$what]=$((${left[$what]:-0} + 1))
    complain "left: $(remaining "$mark" | tr '\n' ' ') $(ls -A "$project/tmp")"
    for pid in $(remaining "$mark"); do kill -KILL "$pid" 2>/dev/null || true; done
    rm -rf "$project/tmp"/*
  fi
  file=$(journal) || true
  [ -n "$file" ] || continue # It was killed before it began.
  # A run that was cut off is shown again from its journal: there each test has its outcome.
  rm -f "$project/again"
  (cd "$project" && "$host_program" report latest --quiet --output ndjson="$project/again" >/dev/null 2>&1) || true
  touch "$project/again"
  # Nobody's end explains anything where nobody was to end.
  case $what in none | stop-*) : ;; *) explained "$project/again" ;; esac | sort -u >"$project/explained"
  outcomes "$project/again" >"$project/found"
  if has_port "$file"; then
    left[$what]=$((${left[$what]:-0} + 1))
    complain "left: the service's port"
  fi
  twice=$(cut -d' ' -f1 "$project/found" | uniq -d | tr '\n' ' ')
  if [ -n "$twice" ]; then
    wrong[$what]=$((${wrong[$what]:-0} + 1))
    complain "wrong: two outcomes of $twice"
  fi
  # What could not be kept has been told all the same.
  if [ "$what" = full-disk ]; then outcomes "$project/live" | cmp -s - "$project/expected" || {
    wrong[$what]=$((${wrong[$what]:-0} + 1))
    complain "wrong: the report elsewhere is not as expected"
  }; fi
  missing=$(comm -23 <(cut -d' ' -f1 "$project/expected") <(cut -d' ' -f1 "$project/found") | tr '\n' ' ')
  # Where the disk had no room for the first line, nobody knows which tests there were.
  if [ -n "$missing" ] && [ "$(wc -l <"$file")" -gt 0 ]; then
    lost[$what]=$((${lost[$what]:-0} + 1))
    complain "lost: $missing"
  fi
  may_stop=
  case $what in *-host | *-launcher | full-disk) may_stop=1 ;; esac
  # A service that dies before it is ready ends the run; so does the end of the keeper, which services do not survive.
  case $what in kill-service | kill-keeper)
    if grep -qE '"stopped_by":"(service served|the keeper was killed)' "$file"; then
      may_stop=1
      grep -oE '^served::[^ ]+' "$project/expected" >>"$project/explained"
    fi ;;
  esac
  while read -r id outcome; do
    grep -qxF "$id $outcome" "$project/expected" && continue
    grep -qxF "$id" "$project/explained" && continue
    [ -n "$may_stop" ] && [ "$outcome" = not_run ] && continue
    wrong[$what]=$((${wrong[$what]:-0} + 1))
    complain "wrong: $id is $outcome"
  done <"$project/found"
done

bad=0
printf '%-16s %6s %6s %6s %6s %6s\n' fault rounds absent lost wrong left
for what in "${faults[@]}"; do
  [ -n "${count[$what]:-}" ] || continue
  printf '%-16s %6d %6d %6d %6d %6d\n' "$what" "${count[$what]}" "${absent[$what]:-0}" "${lost[$what]:-0}" "${wrong[$what]:-0}" "${left[$what]:-0}"
  bad=$((bad + ${lost[$what]:-0} + ${wrong[$what]:-0} + ${left[$what]:-0}))
done
echo "chaos: $rounds rounds (seed $seed), $bad of them lost, got wrong or left something"
[ $bad = 0 ]
