#!/usr/bin/env bash
# Loads an HTML report from disk in headless Chromium: rows appear, filters of the address work, the console has no error,
# and nothing is asked of any network.
#
#   tests/e2e/html_in_chromium.sh BUILD_FOLDER     exit 77: Chromium is not installed
set -euo pipefail
build=$(realpath "$1")
chromium=$(command -v chromium || true)
[ -n "$chromium" ] || { echo "skipped: chromium is not installed: tools/install-deps.sh test"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0
complain() { echo "html_in_chromium: $*" >&2; failed=1; }

printf 'services:\n  verdicts: {base_url: "http://127.0.0.1:9"}\nlimits: {grace_period: 200}\n' >e2e.conf
"$build/bin/e2e-host" run --plugins "$build/tests/plugins/verdicts.so" -j 4 --parallel-mode test -o html=report.html -q >out 2>&1 || true
[ -s report.html ] || { cat out >&2; exit 1; }

# show HASH: the page's document after its script ran, in dom; what the console said, in console.
show() {
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
    --disable-dev-shm-usage --user-data-dir="$work/profile" --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr \
    --log-net-log="$work/net.json" --net-log-capture-mode=Everything --virtual-time-budget=3000 \
    --dump-dom "file://$work/report.html#$1" 2>log | sed '/<script type="application\/json"/,$d' >dom
  grep -a CONSOLE log >console || true
  [ ! -s console ] || complain "#$1: the console says $(cat console)"
  # Requests of the page, that is; Chromium's own have no such initiator. An event is a line.
  if grep -aE '"initiator":"(file|null)' net.json | grep -aE '"url":"(https?|wss?|ftp):'; then complain "#$1: it asked the network"; fi
}
rows() { grep -o 'class="row"' dom | wc -l; }
expect() { [ "$2" = "$3" ] || complain "$1: expected $3, got $2"; }

show ''
expect 'rows of all tests' "$(rows)" 25
grep -q '18 of 25 tests failed' dom || complain 'the heading does not say how many failed'
show 'outcome=flaky'
expect 'rows of flaky tests' "$(rows)" 1
grep -q 'passes_at_the_second_attempt' dom || complain 'the flaky test is not shown'
show 'q=hangs_busily'
expect 'rows that a search finds' "$(rows)" 1
show 'test=verdicts%3A%3A03_checks%3A%3Afails'
grep -q 'id="detail"' dom || complain 'no detail is shown'
grep -q 'left == "two"' dom || complain 'the detail does not show what failed'
show 'view=timeline'
[ "$(grep -o '<rect class="failed"' dom | wc -l)" -gt 5 ] || complain 'the timeline has no bars'
show 'view=overview'
grep -q 'Slowest tests' dom || complain 'the overview has no slowest tests'
[ "$failed" = 0 ] && echo "html_in_chromium: all well"
exit "$failed"
