#!/usr/bin/env bash
# Plugins that were built once, kept as they are: this host runs them, and each test comes to what it came to then.
#
#   prebuilt.sh BUILD
. "$(dirname "$0")/../packaging/installed.sh"
build=$1
prebuilt=$(cd "$(dirname "$0")/prebuilt" && pwd)
(cd "$prebuilt" && quietly sha256sum --strict --check SHA256SUMS)
[ "$(find "$prebuilt" -name '*.so' | wc -l)" -eq "$(wc -l <"$prebuilt/SHA256SUMS")" ] || fail "SHA256SUMS names other files than there are"
start_backend "$build"
export PATH=$build/bin:/usr/bin:/bin
. "$(dirname "$0")/run_compat.sh"

machine=$(uname -m) ran=0
for plugin in "$prebuilt"/*.so; do
  case $plugin in
    *-"$machine"-*) ;;
    *)
      # Another machine's is told in words, by the same reader.
      code=0
      e2e-host inspect "$plugin" >"$work/output" 2>&1 || code=$?
      [ "$code" -eq 4 ] || fail "$plugin: inspect ended with $code, not 4"
      expect "this host is $machine" "$work/output"
      continue ;;
  esac
  if missing=$(ldd "$plugin" | grep 'not found'); then
    echo "passed over: $(basename "$plugin"):$missing"
    continue
  fi
  run_compat "$plugin"
  ran=$((ran + 1))
  echo "ran $(basename "$plugin")"
done
[ "$ran" -gt 0 ] || [ "$machine" != x86_64 ] || fail "none of them was run"
