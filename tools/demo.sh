#!/usr/bin/env bash
# Shows e2e-host at work: installs what is missing, builds, and runs the tests of the example services in parallel; the
# run starts the services itself (e2e.conf). Repeatable; quick when nothing changed. Further arguments go to `e2e-host run`.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install-deps.sh build
tools/build.sh release demo

status=0
build/bin/e2e-host run --parallel 4 "$@" || status=$?
if [ "$status" -eq 0 ]; then echo "demo: all well"; else echo "demo: e2e-host ended with code $status"; fi
exit "$status"
