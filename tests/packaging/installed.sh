# For the scripts beside it: installs a build into a prefix that then moves, and starts the demo services.
#
#   . installed.sh; install_moved BUILD     sets $work, which is removed at the end, and $prefix
#                   start_backend BUILD     sets $auth_url, $users_url, $orders_url, $payments_url
set -euo pipefail
work=$(mktemp -d)
services=
clean_up() {
  [ -z "$services" ] || kill "$services" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
for variable in $(compgen -v E2E_ || true); do unset "$variable"; done
unset NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE LD_LIBRARY_PATH

fail() { printf '%s\n' "$@" >&2; exit 1; }

# quietly COMMAND...: shows what it prints if it fails.
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "failed: $*"; }; }

install_moved() {
  quietly cmake --install "$1" --prefix "$work/first"
  prefix=$work/moved
  mv "$work/first" "$prefix"
}

start_backend() {
  exec {announcements}< <(exec setpriv --pdeathsig TERM "$1/bin/demo-backend" \
    --auth-port 0 --users-port 0 --orders-port 0 --payments-port 0)
  services=$!
  for service in auth users orders payments; do
    read -r _ url <&"$announcements" || fail "the demo services did not start"
    declare -g "${service}_url=$url"
  done
}

# expect TEXT FILE: FILE has that text in a line.
expect() { grep -qF -- "$1" "$2" || { cat "$2" >&2; fail "not said: $1"; }; }
