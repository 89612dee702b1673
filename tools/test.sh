#!/usr/bin/env bash
# Runs every test of the project: installs what is missing, checks format and layers, builds, runs them. CI runs this.
# Arguments go to ctest: tools/test.sh -R unit
# tools/test.sh --sanitize: in their place, some of the unit tests with sanitizers (tools/sanitize.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-deps.sh check
if [ "${1:-}" = --sanitize ]; then shift; exec tools/sanitize.sh "$@"; fi
tools/check.sh --quick
tools/build.sh
ctest --test-dir build --output-on-failure --no-tests=error -j2 "$@"
