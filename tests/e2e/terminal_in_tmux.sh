#!/usr/bin/env bash
# Runs the host in a real terminal, at several widths: what its screen shows while tests run, when a key is pressed, when
# the window is resized, and at the end; and that the terminal is then as it was before.
#
#   tests/e2e/terminal_in_tmux.sh BUILD_FOLDER     exit 77: tmux is not installed, or there are no terminals
set -euo pipefail
build=$(realpath "$1")
command -v tmux >/dev/null || { echo "skipped: tmux is not installed: tools/install-deps.sh test"; exit 77; }
python3 -c 'import pty; pty.openpty()' 2>/dev/null || { echo "skipped: no terminal can be opened here (is /dev/pts mounted?)"; exit 77; }
work=$(mktemp -d)
tmux=(tmux -S "$work/socket" -f /dev/null)
trap '"${tmux[@]}" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
"${tmux[@]}" new-session -d -s keep sh
export LC_ALL=C.UTF-8
unset NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE FORCE_HYPERLINK COLUMNS CI
failed=0
complain() { echo "terminal_in_tmux: $*" >&2; failed=1; }

cat >e2e.conf <<'END'
services:
  talkative: {base_url: "http://127.0.0.1:9"}
  verdicts: {base_url: "http://127.0.0.1:9"}
END
tests="waits_to_be_heard says_nothing verdicts::03_checks::fails verdicts::03_checks::skips passes_at_the_second_attempt"
prefix=
command="'$build/bin/e2e-host' run --plugins '$build/tests/plugins/talkative.so' --plugins '$build/tests/plugins/verdicts.so' \
-j 2 --parallel-mode test $tests"

# Lines that the terminal wrapped are whole again.
screen() { "${tmux[@]}" capture-pane -p -J -t run | sed 's, *$,,'; }
# look TEXT: waits till the screen shows it, and leaves what it shows then in the file screen.
look() {
  for ((i = 0; i < 1200; ++i)); do
    screen >screen
    ! grep -qF -- "$1" screen || return 0
    sleep 0.05
  done
  complain "$case: the screen never showed '$1'; it shows:"
  cat screen >&2
}
shows() { grep -qE -- "$1" screen || { complain "$case: the screen does not show $1; it shows:"; cat screen >&2; }; }
bars() { grep -cE '^[█░]' screen || true; }

# begin WIDTH HEIGHT OPTION...: starts the run in a terminal of that size; its bytes go to the file raw.
begin() {
  rm -f gate raw
  "${tmux[@]}" new-session -d -s "run" -x "$1" -y "$2" -e E2E_TEST_GATE="$work/gate" "$work/shell"
  "${tmux[@]}" pipe-pane -t run "cat >'$work/raw'"
  shift 2
  "${tmux[@]}" send-keys -t run "stty -a >'$work/before'; clear; $prefix$command $*; echo \"ended with \$?\"; stty -a >'$work/after'; echo over" Enter
}
# Another one may begin.
close() { "${tmux[@]}" kill-session -t run; }
# end_with CODE: the run ended so, and left the terminal as it was.
end_with() {
  look "ended with $1"
  look over
  [ "$(bars)" = 0 ] || { complain "$case: a progress bar was left behind:"; cat screen >&2; }
  diff <(tr ' ' '\n' <before) <(tr ' ' '\n' <after) >&2 || complain "$case: the terminal is not as it was before"
  cp screen last
  close
}
printf '#!/bin/sh\nPS1="$ " exec bash --norc --noprofile\n' >shell && chmod +x shell

for size in '40 40' '80 40' '200 40'; do
  case="at $size"
  width=${size% *}
  begin $size -o html
  # 1. All but one test are done: the failure was told at once, and the bar is below.
  case $width in
    40) bar='^████████░░ 4/5  1 failed  [0-9]+ s' running='^ +[0-9.]+ m?s  ….*::waits_to_be_heard$' ;;
    *) bar='^████████████████░░░░ 4/5  1 failed  [0-9]+ s(, [0-9]+ s left)?  1 flaky  1 skipped$'
      running='^ +[0-9.]+ m?s  talkative::01_talk::waits_to_be_heard$' ;;
  esac
  look ' 4/5  1 failed'
  shows "$bar"
  shows "$running"
  shows '^FAIL verdicts::03_checks::fails'
  [ "$(bars)" = 1 ] || { complain "$case: there is not one bar:"; cat screen >&2; }
  [ "$(grep -v '^$' screen | tail -n 2 | head -n 1 | grep -cE '^[█░]')" = 1 ] || { complain "$case: the bar is not below all else"; cat screen >&2; }
  # 2. A key, and a signal.
  "${tmux[@]}" send-keys -t run t
  look 'last step: wait for the gate'
  shows '^4 of 5 tests done after [0-9.]+ m?s, 1 running$'
  shows '^RUN talkative::01_talk::waits_to_be_heard'
  shows '^    first$'
  "${tmux[@]}" send-keys -t run -R && "${tmux[@]}" clear-history -t run
  kill -USR1 "$(pgrep -P "$("${tmux[@]}" list-panes -t run -F '#{pane_pid}')" e2e-host)"
  look 'last step: wait for the gate'
  # 3. The end.
  touch gate
  end_with 1
  shows '^✗ 1 of 2 services failed'
  tr '\n' ' ' <screen | tr -s ' ' | grep -q '5 tests, 1 failed, 1 flaky, 1 skipped, ' || complain "$case: the counts are not told"
  shows '^   FAIL verdicts::03_checks::fails'
  shows '^   FLAKY verdicts::03_checks::passes_at'
  shows '^   SKIP verdicts::03_checks::skips'
  shows '^   again: e2e-host run --last-failed'
  shows '^   html: .e2e/reports/report.html$'
  grep -qa $'\e]8;;file://[^\e]*/report.html\e' raw || complain "$case: the report is no link"
  grep -qa $'\e\\[31mFAIL' raw || complain "$case: FAIL is not red"
done

case='without colour'
prefix='NO_COLOR=1 '
begin 80 40
look ' 4/5  1 failed'
touch gate
end_with 1
! grep -qaE $'\e\\[[0-9;]*[1-9]m' <(grep -a -A1000 'Parallel execution' raw) || complain "$case: there is colour"
prefix=

case='quiet'
begin 80 40 -q
look 'FAIL verdicts::03_checks::fails'
[ "$(bars)" = 0 ] || complain "$case: there is a bar"
touch gate
end_with 1
! grep -qF 'FLAKY' screen || complain "$case: flaky tests are told of"

case='verbose'
begin 100 40 -v
look ' 4/5  1 failed'
shows '^PASS talkative::01_talk::says_nothing'
shows '^SKIP verdicts::03_checks::skips'
touch gate
end_with 1
shows '^   slot +workers +attempts'

case='live'
begin 100 40 --live
look 'talkative::01_talk::waits_to_be_heard | half a li'
look ' 4/5  1 failed'
[ "$(bars)" = 1 ] || { complain "$case: there is not one bar:"; cat screen >&2; }
touch gate
end_with 1

case='low terminal'
begin 80 4
look ' 4/5  1 failed'
[ "$(bars)" = 1 ] || { complain "$case: there is not one bar:"; cat screen >&2; }
touch gate
end_with 1

case='resized'
begin 100 40
look ' 4/5  1 failed'
"${tmux[@]}" send-keys -t run t
look '    half a li'
"${tmux[@]}" resize-window -t run -x 40 -y 30
look '…:01_talk::waits_to_be_heard'
shows '    half a li'
"${tmux[@]}" resize-window -t run -x 120 -y 30
for ((i = 0; i < 1200; ++i)); do screen >screen; ! tail -n 1 <(grep -v '^$' screen) | grep -qE 's  talkative::01_talk' || break; sleep 0.05; done
shows '    half a li'
touch gate
look 'ended with 1'
close

case='stopped'
begin 80 40
look ' 4/5  1 failed'
# workers: a line "pid state" for each of the run's; one that ends while it is read has none.
workers() {
  local host launcher pid
  host=$(pgrep -f "^$build/bin/e2e-host run" | head -n 1)
  launcher=$(pgrep -x e2e-launcher -P "${host:-0}" || true)
  for pid in $(pgrep -P "${launcher:-0}" || true); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in e2e-keeper | e2e-symboliser | "") ;; *) sed -E 's/^([0-9]+) \(.*\) (.).*/\1 \2/' "/proc/$pid/stat" 2>/dev/null || true ;; esac
  done
}
# are STATE: waits till all workers are in it, and there is one.
are() {
  for ((i = 0; i < 200; ++i)); do
    workers >workers
    if [ -s workers ] && ! grep -qv " $1\$" workers; then return 0; fi
    sleep 0.05
  done
  complain "$case: not all workers are in state $1: $(tr '\n' ',' <workers)"
}
are S
"${tmux[@]}" send-keys -t run C-z
look 'Stopped'
are T
[ "$(bars)" = 0 ] || { complain "$case: a bar is left:"; cat screen >&2; }
"${tmux[@]}" send-keys -t run 'stty -a >stopped; fg' Enter
look ' 4/5  1 failed'
diff <(tr ' ' '\n' <before) <(tr ' ' '\n' <stopped) >&2 || complain "$case: the terminal is not as it was before"
shows "fg$"
are S
"${tmux[@]}" send-keys -t run t
look 'last step: wait for the gate'
touch gate
end_with 1

case='interrupted'
begin 80 40
look ' 4/5  1 failed'
"${tmux[@]}" send-keys -t run C-c
end_with 130
shows '^   NOT RUN talkative::01_talk::waits_to_be_heard'

[ "$failed" = 0 ] && echo "terminal_in_tmux: all well"
exit "$failed"
