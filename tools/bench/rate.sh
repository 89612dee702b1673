#!/usr/bin/env bash
# How close 8 workers come to a rate limit of 50 requests a second, measured where the requests arrive. See README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

usage() {
  cat <<END
usage: rate.sh [--check] [--build DIR]
  --check       exit with 1 where a rate is more than 2 % off
  --build DIR   where the release build is configured (default: build/ of the checkout, as the preset says)
END
}

is_check=0 build="$here/../../build"
read_options build "$@"
[[ -f $build/CMakeCache.txt ]] || fail "$build is no build folder: tools/build.sh makes one"

cmake --build "$build" --target e2e_rate_limits_test >&2
program=$(find "$build" -name e2e_rate_limits_test -type f -perm -u+x | head -n 1)
figures=$("$program" "[.bench]" | grep ' off 50$')
echo "$figures"
[[ $(wc -l <<<"$figures") -eq 2 ]] || fail "a run without a figure"
[[ $is_check -eq 0 ]] || awk '{ off = $(NF - 3); if (off > 2 || off < -2) exit 1 }' <<<"$figures"
