#!/usr/bin/env bash
# What a test of 100 requests costs besides libcurl, and what of that is the record. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin
source "$here/common.sh"
readonly target_bare=1.3 target_recording=1.1

usage() {
  cat <<END
usage: recording.sh [--check] [--build DIR]
  --check       exit with 1 where a target is missed
  --build DIR   where the release build is configured (default: build/ of the checkout, as the preset says)
END
}

is_check=0 build="$here/../../build"
read_options build "$@"
[[ -f $build/CMakeCache.txt ]] || fail "$build is no build folder: tools/build.sh makes one"
need nginx nginx-light

cmake --build "$build" --target e2e_recording_cost >&2
program=$(find "$build" -name e2e_recording_cost -type f -perm -u+x | head -n 1)
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
port=$((20000 + RANDOM % 12000))
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx-error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  keepalive_requests 1000000;
  default_type application/json;
  server {
    listen 127.0.0.1:$port;
    location = /answer { return 200 '{"answer": 42}'; }
  }
}
END
nginx -p "$work" -e "$work/nginx-error.log" -c "$work/nginx.conf" &
server=$!
for _ in {1..200}; do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.05; done

load=$(machine_load)
"$program" "http://127.0.0.1:$port" >"$work/rounds" || fail "it did not run"
median() { awk "{ print $1 }" "$work/rounds" | awk -f "$here/median.awk"; }
# Columns 2 to 5 are by the clock, 6 to 9 CPU time: bare, session, page, recorded. Ratios are of each round, so that a slow
# moment hits both.
echo "100 requests, median of $(wc -l <"$work/rounds") rounds, $(machine_cpu), load $load"
printf '%-26s %8s %9s %8s %9s\n' '' 'wall ms' 'x bare' 'CPU ms' 'x bare'
column=2
for name in 'bare libcurl' 'session' 'page, no record' 'page, recorded'; do
  cpu=$((column + 4))
  awk -v name="$name" -v wall="$(median "\$$column")" -v cpu="$(median "\$$cpu")" \
    -v a="$(median "\$$column / \$2")" -v b="$(median "\$$cpu / \$6")" \
    'BEGIN { printf "%-26s %8.2f %9.2f %8.2f %9.2f\n", name, wall / 1e6, a, cpu / 1e6, b }'
  column=$((column + 1))
done
of_bare=$(median '$5 / $2') of_unrecorded=$(median '$5 / $4')
printf 'recorded x bare %.2f (target %.1f)   recorded x no record %.2f, in CPU time %.2f (target %.1f)\n' \
  "$of_bare" $target_bare "$of_unrecorded" "$(median '$9 / $8')" $target_recording
[[ $is_check -eq 0 ]] || { ! is_above "$of_bare" $target_bare && ! is_above "$of_unrecorded" $target_recording; }
