#!/usr/bin/env bash
# The ABI on arm64, by a cross compiler: what is built there has the note that it has here, and under an emulator the tests of a
# plugin, of now or of once, come to the same as here. Exit code 77: there is no cross compiler.
#
#   arm64.sh BUILD CC
. "$(dirname "$0")/../packaging/installed.sh"
abi=$(cd "$(dirname "$0")" && pwd)
cross=aarch64-linux-gnu
[ "$(uname -m)" = x86_64 ] || { echo "arm64: this machine is no x86_64"; exit 77; }
command -v $cross-g++ >/dev/null || { echo "arm64: there is no $cross-g++: tools/install-deps.sh test"; exit 77; }
install_moved "$1"
export PATH=$prefix/bin:/usr/bin:/bin
unset CFLAGS CXXFLAGS LDFLAGS

quietly cmake -S "$abi/compat" -B "$work/there" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER=$cross-gcc -DCMAKE_CXX_COMPILER=$cross-g++ \
  -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_CXX_FLAGS=-O1 -DCMAKE_UNITY_BUILD=ON \
  -DPLAIN_C="$prefix/share/e2e-sdk/examples/plain_c/plain_c.c"
quietly cmake --build "$work/there"
quietly "$2" -std=c11 -Wall -Wextra -Werror -I "$prefix/include" "$abi/small_host.c" -o "$work/small-host-here" -ldl
quietly $cross-gcc -std=c11 -Wall -Wextra -Werror -I "$prefix/include" "$abi/small_host.c" -o "$work/small-host-there" -ldl

# note_of OBJCOPY PLUGIN: what its note says, without its head, which counts the bytes, and what tells of compiler and SDK.
note_of() {
  "$1" -O binary --only-section=.note.e2e "$2" "$work/note"
  tail -c +17 "$work/note" | tr -d '\0' | sed '/^cxx=/d; /^stdlib=/d; /^sdk=/d'
}
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
for id in compat plain_c; do
  here=$(echo "$abi"/prebuilt/$id-*-x86_64-gcc*.so)
  "$work/small-host-here" "$here" >"$work/results-here"
  [ "$(grep -c '::' "$work/results-here")" -gt 2 ] || { cat "$work/results-here" >&2; fail "$here: its tests did not run"; }
  for there in "$work/there/plugins/$id.so" "$abi"/prebuilt/$id-*-aarch64-*.so; do
    [ "$(note_of objcopy "$here")" = "$(note_of $cross-objcopy "$there")" ] || fail "$there: its note says something else than that of $here"
    code=0
    e2e-host inspect "$there" >"$work/output" 2>&1 || code=$?
    [ "$code" -eq 4 ] || fail "$there: inspect ended with $code, not 4"
    expect "built for aarch64, this host is x86_64" "$work/output"
    [ -n "$emulator" ] || continue
    "$emulator" -L /usr/$cross "$work/small-host-there" "$there" >"$work/results-there"
    diff -u "$work/results-here" "$work/results-there" >&2 || fail "$there: its tests come to something else on arm64"
  done
  echo "arm64: $id: the same note${emulator:+, $(grep -c '::' "$work/results-here") tests with the same results}"
done
[ -n "$emulator" ] || echo "arm64: nothing was run: there is no qemu-aarch64-static (tools/install-deps.sh test)"
