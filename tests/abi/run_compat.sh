# For the scripts beside it and in tests/packaging, behind installed.sh and start_backend: runs a plugin of tests/abi/compat
# and holds what each of its tests comes to against what it must.
abi=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir "$work/compat"

# What a JSON report says of tests and failures, a line each: what is the same whoever built the plugin.
results_in() { grep -oE '"(id|outcome|status|reason|expression|expected|actual|message)":"([^"\\]|\\.)*"' "$1" | sed -E 's|127\.0\.0\.1:[0-9]+|HOST|'; }

# run_compat PLUGIN: one of compat.cpp, or plain_c.
run_compat() {
  local code=0 expected=$abi/compat/compat.expected listed= name=$work/compat/results
  case $(basename "$1") in plain_c*) expected=$abi/compat/plain_c.expected listed=', plugins: [plain_c]' ;; esac
  printf 'services: {users: {base_url: "%s"%s}}\n' "$users_url" "$listed" >"$work/compat/e2e.conf"
  (cd "$work/compat" && e2e-host run --plugins "$1" --parallel 2 --parallel-mode service --output "json=$name.json") >"$name.log" 2>&1 || code=$?
  [ "$code" -eq 1 ] || [ "$code" -eq 0 ] || { cat "$name.log" >&2; fail "$1: e2e-host run ended with $code"; }
  results_in "$name.json" >"$name" || true
  diff -u "$expected" "$name" >&2 || fail "$1: its tests come to something else than $(basename "$expected") says"
}
