#!/usr/bin/env bash
# What a test of 100 requests costs besides libcurl, and what of that is the record. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin
source "$here/install_release.sh"
readonly target_bare=1.3 target_recording=1.1

usage() {
  cat <<END
usage: recording.sh [--check] [--build DIR]
  --check       exit with 1 where a target is missed
  --build DIR   where the release build is configured (default: build/ of the checkout, as the preset says)
END
}

is_check=0 build="$here/../../build"
while [[ $# -gt 0 ]]; do
  case $1 in
    --build)
      [[ $# -ge 2 ]] || fail "$1 needs a value"
      build=$2
      shift 2
      ;;
    --check) is_check=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument '$1'" ;;
  esac
done
[[ -f $build/CMakeCache.txt ]] || fail "$build is no build folder: tools/build.sh makes one"
need nginx nginx-light

cmake --build "$build" --target e2e_worker_tests >&2
program=$(find "$build" -name e2e_worker_tests -type f -perm -u+x | head -n 1)
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
E2E_BENCH_URL=http://127.0.0.1:$port "$program" "[.measure]" | grep '^round ' >"$work/rounds" || fail "it did not run"
median() { awk "{ print $1 }" "$work/rounds" | awk -f "$here/median.awk"; }
bare=$(median '$2') unrecorded=$(median '$3') recorded=$(median '$4')
# Of each round, so that a slow moment hits both.
of_bare=$(median '$4 / $2') of_unrecorded=$(median '$4 / $3')
echo "100 requests, median of $(wc -l <"$work/rounds") rounds, $(machine_cpu), load $load"
awk -v bare="$bare" -v unrecorded="$unrecorded" -v recorded="$recorded" -v a="$of_bare" -v b="$of_unrecorded" -v ta=$target_bare -v tb=$target_recording 'BEGIN {
  printf "bare libcurl           %7.2f ms\n", bare / 1e6
  printf "session, no record     %7.2f ms\n", unrecorded / 1e6
  printf "page, recorded         %7.2f ms   x bare %.2f (target %.1f)   x no record %.2f (target %.1f)\n", recorded / 1e6, a, ta, b, tb }'
[[ $is_check -eq 0 ]] || { ! is_above "$of_bare" $target_bare && ! is_above "$of_unrecorded" $target_recording; }
