#!/usr/bin/env bash
# What the live display costs: the CPU time of runs in a terminal, with progress bar and all, beside that of the same runs there
# with --quiet. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
readonly target_percent=5

usage() {
  cat <<END
usage: terminal.sh [--rounds N] [--repeat N] [--check] [--build DIR]
  --rounds N    runs of each kind; the least counts, as what else the machine does only adds (default: 15)
  --repeat N    how often a run repeats its tests (default: 3)
  --check       exit with 1 where the target is missed
  --build DIR   the release build (default: build/ of the checkout)
END
}

rounds=15 repeat=3 is_check=0 build="$here/../../build"
read_options "rounds repeat build" "$@"
build=$(realpath "$build")
[[ -x $build/bin/e2e-host && -x $build/bin/demo-backend ]] || fail "there is no $build/bin/e2e-host: tools/build.sh makes it"
command -v script >/dev/null || fail "there is no script(1): apt-get install bsdutils"
work=$(mktemp -d)
backend=
trap '[[ -z $backend ]] || kill "$backend" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

# 1. The demo services, and a project that tests them.
exec {announcements}< <(exec setpriv --pdeathsig TERM "$build/bin/demo-backend" --auth-port 0 --users-port 0 --orders-port 0 --payments-port 0)
backend=$!
echo "services:" >e2e.conf
for service in auth users orders payments; do
  read -r _ url <&"$announcements" || fail "the demo services did not start"
  printf '  %s: {base_url: "%s"}\n' "$service" "$url" >>e2e.conf
done
printf 'plugins: {paths: ["%s/plugins"]}\n' "$build" >>e2e.conf

# 2. Each in turn. The shell's `time` counts the host, its workers and nothing else.
cat >timed <<END
TIMEFORMAT='%U %S'
{ time "$build/bin/e2e-host" run -j 2 --parallel-mode test --repeat $repeat "\$@" 2>&4; } 4>&2 2>"$work/time" || exit
END
sum() { awk '{ printf "%d\n", ($1 + $2) * 1000 }' "$work/time"; }
in_terminal() {
  script -qec "stty cols 120 rows 40; TERM=xterm-256color bash $work/timed $*" /dev/null >screen
}
for ((round = 0; round <= rounds; ++round)); do
  # On a busy machine a test may miss its deadline: such a run has other work, and does not count.
  in_terminal || { tail -n 3 screen >&2; continue; }
  grep -q '█' screen || fail "there was no progress bar: nothing was measured"
  shown=$(sum)
  in_terminal --quiet || { tail -n 3 screen >&2; continue; }
  # The first of each warms up.
  [[ $round = 0 ]] || echo "$shown $(sum)" >>pairs
done

[[ -s pairs ]] || fail "no pair of runs passed"
shown=$(cut -d' ' -f1 pairs | sort -n | head -n 1) quiet=$(cut -d' ' -f2 pairs | sort -n | head -n 1)
share=$(awk -v a="$shown" -v b="$quiet" 'BEGIN { printf "%.1f", 100 * (a - b) / a }')
mark=ok
[[ $(awk -v a="$share" -v b="$target_percent" 'BEGIN { print (a < b) }') = 1 ]] || mark=MISSED
printf 'with display   %6.0f ms CPU\nquiet          %6.0f ms CPU\nits share      %6.1f %%    under %s %%  %s\n' "$shown" "$quiet" "$share" "$target_percent" "$mark"
[[ $is_check = 0 || $mark = ok ]]
