#!/usr/bin/env bash
# Shows e2e-host at work: installs what is missing, builds, starts the demo services, runs their tests in parallel.
# Repeatable; quick when nothing changed. Further arguments go to `e2e-host run`.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install-deps.sh build
tools/build.sh release demo

work=$(mktemp -d)
backend=
stop() {
  [ -z "$backend" ] || { kill "$backend" 2>/dev/null || true; wait "$backend" 2>/dev/null || true; }
  rm -rf "$work"
}
trap stop EXIT

# start_backend [OPTION...]: true once the demo services listen.
start_backend() {
  rm -f "$work/ports.json"
  build/bin/demo-backend --ports-file "$work/ports.json" "$@" >"$work/backend.log" 2>&1 &
  backend=$!
  for _ in $(seq 200); do
    [ ! -e "$work/ports.json" ] || return 0
    kill -0 "$backend" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

settings=()
if ! start_backend; then
  echo "demo: $(tail -n 1 "$work/backend.log"); taking free ports instead"
  if ! start_backend --auth-port 0 --users-port 0 --orders-port 0 --payments-port 0; then
    echo "demo.sh: the demo services did not start:" >&2
    cat "$work/backend.log" >&2
    exit 4
  fi
  for service in auth users orders payments; do
    port=$(sed -nE 's/.*"'$service'": *([0-9]+).*/\1/p' "$work/ports.json")
    settings+=(--set "services.$service.base_url=http://127.0.0.1:$port")
  done
fi

status=0
build/bin/e2e-host run --parallel 4 "${settings[@]}" "$@" || status=$?
if [ "$status" -eq 0 ]; then echo "demo: all well"; else echo "demo: e2e-host ended with code $status"; fi
exit "$status"
