#!/usr/bin/env bash
# How reports cope with a large run: a made-up journal of 10,000 tests and 100,000 events through `e2e-host report`, and the
# HTML page in headless Chromium. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
readonly target_s=2.0 target_rss_mib=300 target_page_mb=30 target_chromium_ms=2000

usage() {
  cat <<END
usage: reports.sh [--tests N] [--check] [--build DIR] [--keep DIR]
  --tests N     tests of the run, ten events each (default: 10000)
  --check       exit with 1 where a target is missed
  --build DIR   the release build (default: build/ of the checkout)
  --keep DIR    leaves the journal and the reports there
END
}

tests=10000 is_check=0 build="$here/../../build" keep=
read_options "tests build keep" "$@"
host=$build/bin/e2e-host
[[ -x $host ]] || fail "there is no $host: tools/build.sh makes it"
host=$(realpath "$host")
work=${keep:-$(mktemp -d)}
mkdir -p "$work"
[[ -n $keep ]] || trap 'rm -rf "$work"' EXIT
cd "$work"

# 1. The journal: every 50th test fails, every 70th is flaky; four steps and three requests an attempt.
awk -v tests="$tests" 'BEGIN {
  body = "{\"items\":["; for (i = 0; i < 12; ++i) body = body (i ? "," : "") "{\"id\":" i ",\"name\":\"item " i "\"}"; body = body "]}"
  gsub(/"/, "\\\"", body)
  q = "\""; workers = 8
  printf "{\"seq\":1,\"t\":0,\"event\":\"run_started\",\"schema\":1,\"run_id\":\"bench\",\"host_version\":\"0\",\"start_unix_ns\":1700000000000000000,\"workers\":%d,\"is_parallel\":true,\"mode\":\"test\",\"isolation\":\"process\",\"tests\":[", workers
  for (i = 0; i < tests; ++i) {
    s = sprintf("service%02d", i * 20 / tests); m = sprintf("%02d_module", i * 400 / tests % 20)
    id[i] = s "::" m "::does_what_number_" i "_says"
    printf "%s{\"id\":\"%s\",\"service\":\"%s\",\"module\":\"%s\",\"name\":\"does_what_number_%d_says\",\"file\":\"services/%s/modules/%s.cpp\",\"line\":%d,\"tags\":[\"%s\"],\"max_attempts\":2}", i ? "," : "", id[i], s, m, i, s, m, i % 25 * 8 + 5, i % 3 ? "smoke" : "slow"
  }
  print "]}"
  seq = 1; t = 1000000; failed = 0; flaky = 0
  for (i = 0; i < tests; ++i) {
    slot = i % workers; t += 300000; duration = (i % 17 + 1) * 1000000
    is_bad = i % 50 == 7; is_flaky = !is_bad && i % 70 == 3
    printf "{\"seq\":%d,\"t\":%d,\"event\":\"worker_started\",\"worker\":%d,\"slot\":%d,\"pid\":%d}\n", ++seq, t, i + 1, slot, 1000 + i
    for (attempt = 1; attempt <= 1 + (is_bad || is_flaky); ++attempt) {
      bad = is_bad || (is_flaky && attempt == 1)
      printf "{\"seq\":%d,\"t\":%d,\"event\":\"attempt_started\",\"test\":\"%s\",\"attempt\":%d,\"worker\":%d,\"slot\":%d}\n", ++seq, t, id[i], attempt, i + 1, slot
      printf "{\"seq\":%d,\"t\":%d,\"event\":\"attempt_finished\",\"test\":\"%s\",\"attempt\":%d,\"worker\":%d,\"slot\":%d,\"status\":\"%s\",\"start_ns\":%d,\"duration_ns\":%d", ++seq, t + duration, id[i], attempt, i + 1, slot, bad ? "failed" : "passed", t, duration
      if (bad) printf ",\"failures\":[{\"phase\":\"body\",\"file\":\"services/a.cpp\",\"line\":88,\"expression\":\"assert_status(response, 201)\",\"expected\":\"201 Created\",\"actual\":\"500 Internal Server Error\",\"exchanges_before\":2}]"
      printf ",\"steps\":["
      for (k = 0; k < 4; ++k) printf "%s{\"title\":\"step %d of the test\",\"file\":\"services/a.cpp\",\"line\":%d,\"start_ns\":%d,\"duration_ns\":%d}", k ? "," : "", k, 10 + k, k * duration / 4, duration / 5
      printf "],\"exchanges\":["
      for (k = 0; k < 3; ++k) printf "%s{\"method\":\"POST\",\"url\":\"http://127.0.0.1:8083/orders/%d\",\"phase\":\"body\",\"status\":%d,\"request_headers\":[[\"Content-Type\",\"application/json\"]],\"request_body\":\"%s\",\"request_body_size\":%d,\"response_headers\":[[\"Content-Type\",\"application/json\"]],\"response_body\":\"%s\",\"response_body_size\":%d,\"start_ns\":%d,\"wait_ns\":%d,\"total_ns\":%d}", k ? "," : "", i, bad && k == 1 ? 500 : 200, body, length(body), body, length(body), k * duration / 4, duration / 10, duration / 8
      print "]}"
    }
    for (k = 0; k < 5; ++k) printf "{\"seq\":%d,\"t\":%d,\"event\":\"log_written\",\"slot\":%d,\"level\":\"info\",\"text\":\"line %d of test %d\"}\n", ++seq, t + duration, slot, k, i
    failed += is_bad; flaky += is_flaky
    printf "{\"seq\":%d,\"t\":%d,\"event\":\"test_finished\",\"test\":\"%s\",\"outcome\":\"%s\",\"attempts\":%d}\n", ++seq, t + duration, id[i], is_bad ? "failed" : is_flaky ? "flaky" : "passed", attempt - 1
    printf "{\"seq\":%d,\"t\":%d,\"event\":\"worker_exited\",\"worker\":%d,\"slot\":%d,\"ending\":\"exited with code 0\",\"user_cpu_us\":900,\"system_cpu_us\":300,\"max_rss_kib\":9000}\n", ++seq, t + duration, i + 1, slot
  }
  printf "{\"seq\":%d,\"t\":%d,\"event\":\"run_finished\",\"duration_ns\":%d,\"work_ns\":%d,\"passed\":%d,\"failed\":%d,\"flaky\":%d,\"skipped\":0,\"not_run\":0,\"exit_code\":1}\n", ++seq, t + 20000000, t + 20000000, t * 8, tests - failed - flaky, failed, flaky
}' >events.ndjson
printf '%s tests, %s events, a journal of %s MB\n' "$tests" "$(wc -l <events.ndjson)" "$(($(stat -c %s events.ndjson) / 1000000))"

missed=0
# judge WHAT VALUE UNIT TARGET
judge() {
  local mark=ok
  [[ $(awk -v a="$2" -v b="$4" 'BEGIN { print (a <= b) }') = 1 ]] || { mark=MISSED; missed=1; }
  printf '  %-34s %8s %-4s at most %-6s %s\n' "$1" "$2" "$3" "$4" "$mark"
}

# 2. Written: wall time, and the most memory it ever had.
# measure FORMAT FILE: sets seconds, rss_mib
measure() {
  local start=$EPOCHREALTIME pid peak=0 key value
  "$host" report events.ndjson -q -o "$1=$2" >/dev/null 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    while read -r key value _; do [[ $key != VmHWM: ]] || peak=$value; done 2>/dev/null <"/proc/$pid/status" || true
    sleep 0.02
  done
  wait "$pid" || [[ $? = 1 ]] || fail "the $1 report was not written"
  seconds=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }')
  rss_mib=$((peak / 1024))
}
for each in html=report.html junit=junit.xml json=report.json ctrf=ctrf.json tap=report.tap trace=trace.json github=summary.md; do
  measure "${each%%=*}" "${each#*=}"
  size=$(awk -v bytes="$(stat -c %s "${each#*=}")" 'BEGIN { printf "%.1f", bytes / 1e6 }')
  if [[ $each = html=* ]]; then
    judge "html: written in" "$seconds" s "$target_s"
    judge "html: memory" "$rss_mib" MiB "$target_rss_mib"
    judge "html: size" "$size" MB "$target_page_mb"
  else
    printf '  %-34s %8s s    %5s MiB %7s MB\n' "${each%%=*}:" "$seconds" "$rss_mib" "$size"
  fi
done

# 3. Opened: the page tells how long it took to read itself and to filter. Its policy would forbid the script that asks.
chromium=$(command -v chromium || true)
if [[ -z $chromium ]]; then
  echo "  Chromium is not installed: the page was not opened (tools/install-deps.sh test)"
else
  sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' report.html >measured.html
  cat >>measured.html <<'END'
<script>
const opened = performance.now();
document.body.offsetHeight;
const filter = (hash) => {
  const start = performance.now();
  history.replaceState(null, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
  document.body.offsetHeight;
  return Math.round(performance.now() - start);
};
const told = [Math.round(opened), ...['outcome=failed', 'q=number_99', 'view=timeline', 'view=overview'].map((hash) => filter(`#${hash}`))];
document.body.replaceChildren(document.createTextNode(`MEASURED ${told.join(' ')} ms`));
</script>
END
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage \
    --user-data-dir="$work/profile" --dump-dom "file://$PWD/measured.html" 2>/dev/null | grep -ao 'MEASURED [0-9 ]* ms' >measured || fail "the page did not open"
  read -r _ opened failed_ms word_ms timeline_ms overview_ms _ <measured
  judge "page: opened in" "$opened" ms "$target_chromium_ms"
  judge "page: filtered by outcome in" "$failed_ms" ms "$target_chromium_ms"
  judge "page: searched in" "$word_ms" ms "$target_chromium_ms"
  judge "page: timeline in" "$timeline_ms" ms "$target_chromium_ms"
  judge "page: overview in" "$overview_ms" ms "$target_chromium_ms"
fi
[[ $is_check = 0 || $missed = 0 ]]
