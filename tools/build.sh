#!/usr/bin/env bash
# Configures and builds with a preset: tools/build.sh [PRESET [TARGET...]]; default: release, everything. Quiet unless it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
case $preset in release) folder=build ;; *) folder=build-$preset ;; esac
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
echo "Building $folder ..."
cmake --build "$folder" ${1:+--target} "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
