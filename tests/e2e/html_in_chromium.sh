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

printf 'services:\n  verdicts: {base_url: "http://127.0.0.1:9"}\n  pages: {base_url: "http://127.0.0.1:9"}\nlimits: {grace_period: 200}\n' >e2e.conf
"$build/bin/e2e-host" run --plugins "$build/tests/plugins/verdicts.so" --plugins "$build/tests/plugins/pages.so" verdicts is_fast attaches -j 4 --parallel-mode test -o html=report.html -q >out 2>&1 || true
[ -s report.html ] || { cat out >&2; exit 1; }

# show HASH: the page's document after its script ran, in dom; what the console said, in console.
show() {
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
    --disable-dev-shm-usage --user-data-dir="$work/profile" --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr \
    --log-net-log="$work/net.json" --net-log-capture-mode=Everything --virtual-time-budget=3000 \
    --dump-dom "file://$work/${page:-report.html}#$1" 2>log | sed '/<script type="application\/json"/,$d' >dom
  grep -a CONSOLE log >console || true
  [ ! -s console ] || complain "#$1: the console says $(cat console)"
  # Requests of the page, that is; Chromium's own have no such initiator. An event is a line.
  if grep -aE '"initiator":"(file|null)' net.json | grep -aE '"url":"(https?|wss?|ftp):'; then complain "#$1: it asked the network"; fi
}
rows() { grep -o 'class="row"' dom | wc -l; }
expect() { [ "$2" = "$3" ] || complain "$1: expected $3, got $2"; }

show ''
expect 'rows of all tests' "$(rows)" 27
grep -q '20 of 27 tests failed' dom || complain 'the heading does not say how many failed'
show 'outcome=flaky'
expect 'rows of flaky tests' "$(rows)" 1
grep -q 'passes_at_the_second_attempt' dom || complain 'the flaky test is not shown'
show 'q=hangs_busily'
expect 'rows that a search finds' "$(rows)" 1
show 'test=verdicts%3A%3A03_checks%3A%3Afails'
grep -q 'id="detail"' dom || complain 'no detail is shown'
grep -q 'left == "two"' dom || complain 'the detail does not show what failed'
show 'test=pages%3A%3A06_attachments%3A%3Aattaches'
grep -q '<img src="data:image/png;base64,' dom || complain 'an attached picture is not shown'
grep -q 'href="./report-files/[0-9a-f]*.png" download="point.png"' dom || complain 'an attached file is not linked'
show 'view=timeline'
[ "$(grep -o '<rect class="failed"' dom | wc -l)" -gt 5 ] || complain 'the timeline has no bars'
show 'view=overview'
for card in Services 'Slowest tests' 'Flaky tests' Run workers; do grep -q ">[A-Za-z ]*$card</h2>" dom || complain "the overview has no card '$card'"; done
grep -q '<dt>machine</dt>' dom || complain 'the overview does not say where the run was'

# Keys, filters and widths: the page's policy would forbid the script that presses and looks.
sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' report.html >pressed.html
cat >>pressed.html <<'END'
<script>
const results = [];
const check = (what, isSo) => results.push(`${isSo ? 'ok' : 'NOT'}: ${what}`);
const press = (key) => (document.activeElement || document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
const settle = (ms = 60) => new Promise((done) => setTimeout(done, ms));
const rows = () => document.querySelectorAll('.row').length;
const detail = () => document.getElementById('detail');
const isNamed = (each) => (each.textContent || each.getAttribute('aria-label') || '').trim() !== '';
const fits = (where) => check(`${where} is no wider than the window`, document.documentElement.scrollWidth <= innerWidth);
(async () => {
  fits('the list');
  press('j'); await settle();
  const first = location.hash;
  check('j opens the first test', detail() && /test=/.test(first));
  fits('a test');
  check('on a narrow window a test stands alone', innerWidth > 900 || getComputedStyle(document.querySelector('.filters')).display === 'none');
  press('j'); await settle();
  check('j goes on', detail() && location.hash !== first);
  press('k'); await settle();
  check('k goes back', location.hash === first);
  check('all that can be used has a name', [...document.querySelectorAll('a, button, input, select')].every(isNamed));
  press('Escape'); await settle();
  check('Esc closes it', !detail());
  press('2'); await settle(200);
  check('2 is the timeline', document.querySelectorAll('svg rect.failed').length > 5);
  check('a bar leads to its test', /test=/.test(document.querySelector('svg a').getAttribute('href')));
  fits('the timeline');
  press('3'); await settle();
  check('3 is the overview', document.querySelectorAll('.cards .panel').length >= 5);
  fits('the overview');
  press('1'); await settle();
  press('/');
  const search = document.activeElement;
  check('/ goes to the search', search.id === 'search');
  const all = rows();
  search.value = 'hangs_busily';
  search.dispatchEvent(new Event('input'));
  await settle(300);
  check('typing narrows the list down', rows() === 1 && all > 1 && location.hash.includes('q=hangs_busily'));
  check('and leaves the cursor in its place', document.activeElement.id === 'search');
  press('Escape');
  location.hash = ''; await settle();
  [...document.querySelectorAll('.chip')].find((chip) => chip.dataset.outcome === 'flaky').click(); await settle();
  check('an outcome can be chosen', rows() === 1 && location.hash.includes('outcome=flaky'));
  location.hash = 'test=pages%3A%3A02_passes%3A%3Ais_fast'; await settle();
  const request = document.querySelector('.steps summary');
  check('a request shows what each phase took', request.querySelector('[class^="phase-"]') && /ms/.test(request.querySelector('.gantt').title));
  request.parentElement.open = true; await settle();
  check('and opens with a curl to repeat it', /curl .*127\.0\.0\.1/.test(request.parentElement.textContent));
  document.body.replaceChildren(document.createTextNode(`PRESSED ${JSON.stringify(results)} ${getComputedStyle(document.documentElement).getPropertyValue('--ground')}`));
})();
</script>
END
# press WIDTH OPTION...: what it found, a line each, in pressed.
press() {
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage \
    --user-data-dir="$work/profile" --window-size="$1,900" "${@:2}" --virtual-time-budget=8000 --dump-dom "file://$work/pressed.html" 2>/dev/null |
    grep -ao 'PRESSED .*' >pressed || { complain "at $1: the page was not gone through"; return; }
  [ "$(grep -o '"ok: ' pressed | wc -l)" -ge 17 ] || complain "at $1: not all was looked at: $(cat pressed)"
  ! grep -o '"NOT: [^"]*"' pressed >&2 || complain "at $1: see above"
}
press 1300
grep -q '#f6f7f9' pressed || complain 'by day the page is not light'
press 390
press 1300 --blink-settings=preferredColorScheme=0
grep -q '#12161b' pressed || complain 'by night the page is not dark'
# What is too large for the page is a file beside it, and goes where it goes.
mkdir -p 'from/.e2e/runs/a b#1/services' 'from/.e2e/runs/a b#1/attachments' sent
printf '<script>whole</script>' >body
body=$(sha256sum body | cut -d' ' -f1)
mv body "from/.e2e/runs/a b#1/attachments/$body.txt"
printf 'all of it' >'from/.e2e/runs/a b#1/worker-0-stdout1'
printf 'what it said' >'from/.e2e/runs/a b#1/services/a.log'
cat >'from/.e2e/runs/a b#1/events.ndjson' <<END
{"seq":1,"t":0,"event":"run_started","schema":1,"run_id":"r","host_version":"0","start_unix_ns":1700000000000000000,"workers":1,"is_parallel":true,"mode":"test","isolation":"process","tests":[{"id":"a::m::n","service":"a","module":"m","name":"n","max_attempts":1}]}
{"seq":2,"t":1,"event":"service_started","service":"a","pid":2,"base_url":"http://127.0.0.1:9","log":"$work/from/.e2e/runs/a b#1/services/a.log","duration_ns":1}
{"seq":3,"t":2,"event":"attempt_started","test":"a::m::n","attempt":1,"worker":0,"slot":0}
{"seq":4,"t":9,"event":"attempt_finished","test":"a::m::n","attempt":1,"worker":0,"slot":0,"status":"failed","start_ns":3,"duration_ns":5,"failures":[{"expression":"is it","message":"GET http://127.0.0.1:9/a -> 200\nit is not","exchanges_before":1}],"exchanges":[{"method":"GET","url":"http://127.0.0.1:9/a","phase":"body","status":200,"response_body":"beginning","response_body_size":3145728,"response_body_file":"attachments/$body.txt","start_ns":1,"total_ns":2}],"stdout":{"head":"much","tail":"more","total_bytes":3145728,"omitted_bytes":3145720,"file":"$work/from/.e2e/runs/a b#1/worker-0-stdout1"}}
{"seq":5,"t":10,"event":"test_finished","test":"a::m::n","outcome":"failed","attempts":1}
{"seq":6,"t":11,"event":"run_finished","duration_ns":11,"work_ns":5,"passed":0,"failed":1,"flaky":0,"skipped":0,"not_run":0,"exit_code":1}
END
"$build/bin/e2e-host" report "from/.e2e/runs/a b#1/events.ndjson" -q -o html=from/page.html >out 2>&1 || [ $? = 1 ] || complain "the run with files was not reported: $(cat out)"
mv from/page.html from/page-files sent
rm -rf from
page=sent/page.html
show 'test=a%3A%3Am%3A%3An'
grep -q 'All of it, 3.0 MiB: <code><a href="./page-files/stdout-0-1.txt"' dom || complain 'the whole output is not linked beside the page'
grep -q "All of it, 3.0 MiB: <code><a href=\"./page-files/$body.txt\" target=\"_blank\" rel=\"noreferrer\">" dom || complain 'a whole body is not linked beside the page'
[ "$(cat "sent/page-files/$body.txt")" = '<script>whole</script>' ] || complain 'the whole body did not go with the page'
! grep -q 'GET http://127.0.0.1:9/a -&gt; 200' dom || complain 'the request is told twice'
grep -q '<pre>it is not</pre>' dom || complain 'the message is not shown'
[ "$(cat sent/page-files/stdout-0-1.txt sent/page-files/log-0.txt)" = 'all of itwhat it said' ] || complain 'the files did not go with the page'
show 'view=overview'
grep -q '<a href="./page-files/log-0.txt"' dom || complain 'the log of a service is not linked beside the page'
page=

# Where it can't be kept there, the page has a link to the file beside the journal.
cat >linked.ndjson <<'END'
{"seq":1,"t":0,"event":"run_started","schema":1,"run_id":"r","host_version":"0","start_unix_ns":1700000000000000000,"workers":1,"is_parallel":true,"mode":"test","isolation":"process","tests":[{"id":"a::m::n","service":"a","module":"m","name":"n","max_attempts":1}]}
{"seq":2,"t":1,"event":"service_started","service":"a","pid":2,"base_url":"http://127.0.0.1:9","log":"//elsewhere/a.log","duration_ns":1}
{"seq":3,"t":2,"event":"attempt_started","test":"a::m::n","attempt":1,"worker":0,"slot":0}
{"seq":4,"t":9,"event":"attempt_finished","test":"a::m::n","attempt":1,"worker":0,"slot":0,"status":"passed","start_ns":3,"duration_ns":5,"stdout":{"head":"much","tail":"more","total_bytes":3145728,"omitted_bytes":3145720,"file":"/runs/a b#1/worker-0-stdout"}}
{"seq":5,"t":10,"event":"test_finished","test":"a::m::n","outcome":"passed","attempts":1}
{"seq":6,"t":11,"event":"run_finished","duration_ns":11,"work_ns":5,"passed":1,"failed":0,"flaky":0,"skipped":0,"not_run":0,"exit_code":0}
END
"$build/bin/e2e-host" report linked.ndjson -q -o html=linked.html >out 2>&1 || complain "the run with a large output was not reported: $(cat out)"
page=linked.html
show 'test=a%3A%3Am%3A%3An'
grep -q 'All of it, 3.0 MiB: <code><a href="file:///runs/a%20b%231/worker-0-stdout">' dom || complain 'there is no link to the whole output'
show 'view=overview'
! grep -q 'href="file:' dom || complain 'a path of another machine is a link'
page=

# Hostile texts wherever a service, a test or a configuration can put one: none of it runs, loads or leads anywhere.
hostile='</script><img src=x onerror=document.title=`owned`><svg onload=document.title=`owned`><script>document.title=`owned`</script>javascript:document.title=`owned` data:text/html,<script>1</script> \\u202Etxt.exe \\u001b[31m\\u0000\\u2028 --> ]]>'
sed "s#HOSTILE#$hostile#g" >hostile.ndjson <<'END'
{"seq":1,"t":0,"event":"run_started","schema":1,"run_id":"HOSTILE","host_version":"HOSTILE","start_unix_ns":1700000000000000000,"workers":1,"is_parallel":true,"mode":"test","isolation":"process","environment":{"name":"HOSTILE","system":"HOSTILE","kernel":"HOSTILE","machine":"HOSTILE"},"tests":[{"id":"HOSTILE","service":"HOSTILE","module":"HOSTILE","name":"HOSTILE","file":"HOSTILE","line":1,"tags":["HOSTILE"],"priority":"HOSTILE","depends_on":["HOSTILE"],"max_attempts":2},{"id":"b","service":"b","module":"m","name":"n","max_attempts":1}]}
{"seq":2,"t":1,"event":"service_started","service":"HOSTILE","pid":2,"base_url":"javascript:HOSTILE","command":"HOSTILE","log":"HOSTILE","duration_ns":1}
{"seq":3,"t":2,"event":"worker_started","worker":0,"slot":0,"pid":3}
{"seq":4,"t":3,"event":"attempt_started","test":"HOSTILE","attempt":1,"worker":0,"slot":0}
{"seq":5,"t":9000000,"event":"attempt_finished","test":"HOSTILE","attempt":1,"worker":0,"slot":0,"status":"crashed","start_ns":3,"duration_ns":8000000,"reason":"HOSTILE","failures":[{"phase":"HOSTILE","file":"HOSTILE","line":1,"expression":"HOSTILE","message":"HOSTILE","expected":"HOSTILE","actual":"HOSTILE 2","exchanges_before":1}],"steps":[{"title":"HOSTILE","file":"HOSTILE","line":1,"start_ns":0,"duration_ns":5}],"exchanges":[{"method":"HOSTILE","url":"javascript:HOSTILE","phase":"HOSTILE","status":500,"error":"HOSTILE","request_headers":[["HOSTILE","HOSTILE"]],"request_body":"HOSTILE","request_body_size":9,"response_headers":[["content-type","text/html"],["HOSTILE","HOSTILE"]],"response_body":"HOSTILE","response_body_size":9,"start_ns":1,"wait_ns":2,"total_ns":2,"messages":[{"kind":"HOSTILE","body":"HOSTILE","at_ns":1}]}],"attachments":[{"name":"HOSTILE","type":"HOSTILE","bytes":9,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","file":"attachments/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bin","at_ns":1}],"notes":["HOSTILE"],"leaked":["HOSTILE"],"stdout":{"head":"HOSTILE","total_bytes":9},"stderr":{"head":"HOSTILE","total_bytes":9,"file":"HOSTILE"},"crash":{"what":"HOSTILE","phase":"HOSTILE","last_step":"HOSTILE","last_request":"HOSTILE"}}
{"seq":6,"t":9000001,"event":"test_finished","test":"HOSTILE","outcome":"failed","attempts":1,"reason":"HOSTILE"}
{"seq":7,"t":9000002,"event":"test_finished","test":"b","outcome":"passed","attempts":0}
{"seq":8,"t":9000003,"event":"fixture_failed","service":"HOSTILE","phase":"HOSTILE","slot":0,"reason":"HOSTILE","failures":[{"message":"HOSTILE"}]}
{"seq":9,"t":9000004,"event":"trouble","text":"HOSTILE"}
{"seq":10,"t":9000005,"event":"worker_exited","worker":0,"slot":0,"ending":"HOSTILE","user_cpu_us":1,"system_cpu_us":1,"max_rss_kib":1}
{"seq":11,"t":9000006,"event":"service_exited","service":"HOSTILE","pid":2,"ending":"HOSTILE","is_expected":false,"after_ns":1,"log":"HOSTILE"}
{"seq":12,"t":9000007,"event":"run_finished","duration_ns":9000007,"work_ns":8000000,"passed":1,"failed":1,"flaky":0,"skipped":0,"not_run":0,"exit_code":4,"stopped_by":"HOSTILE"}
END
"$build/bin/e2e-host" report hostile.ndjson -q -o html=hostile.html >out 2>&1 || [ $? = 4 ] || complain "the hostile run was not reported: $(cat out)"
[ "$(grep -c '<script' hostile.html)" = "$(grep -c '</script>' hostile.html)" ] || complain 'hostile: a script is not closed'
page=hostile.html
sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' hostile.html >no-policy.html
first=$(sed -n 's/.*"tests":\[{"id":"//p' hostile.html | head -n 1)
[ -n "$first" ] || complain 'hostile: the page has no test'
for page in hostile.html no-policy.html; do
  for hash in '' view=timeline view=overview q=img "outcome=failed"; do
    show "$hash"
    grep -q '<h1 class="is-failed"' dom || complain "hostile #$hash: the page is not there"
    ! grep -qE '<(img|iframe|object|embed)|owned</title>|(href|src)="(javascript|data|http)' dom || complain "hostile #$hash: something of it became an element"
  done
done
# With its details open: the first test is that one.
cat >>no-policy.html <<'END'
<script>
setTimeout(() => {
  location.hash = document.querySelector('.row').getAttribute('href');
  setTimeout(() => {
    document.querySelectorAll('details').forEach((each) => { each.open = true; });
    setTimeout(() => {
      const foreign = document.querySelectorAll('#page img, #page svg, #page script, #page iframe, [onload], [onerror]').length;
      const links = [...document.querySelectorAll('a')].filter((a) => !a.getAttribute('href').startsWith('#')).length;
      document.body.replaceChildren(document.createTextNode(`OPENED ${foreign} foreign, ${links} links, ${document.querySelectorAll('details[open] .exchange').length} requests, ${document.title === 'owned' ? 'owned' : 'safe'}`));
    }, 100);
  }, 100);
}, 100);
</script>
END
page=no-policy.html
show ''
grep -q 'OPENED 0 foreign, 0 links, 1 requests, safe' dom || complain "hostile: a test in full: $(grep -ao 'OPENED.*' dom)"
[ "$failed" = 0 ] && echo "html_in_chromium: all well"
exit "$failed"
