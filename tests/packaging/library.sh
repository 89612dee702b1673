#!/usr/bin/env bash
# Builds the library's example out of tree, by CMake and by pkg-config, from an installed and moved prefix, and runs
# it against the demo services.
#
#   library.sh BUILD LIBDIR
. "$(dirname "$0")/installed.sh"
install_moved "$1"
start_backend "$1"
export PATH=/usr/bin:/bin
libdir=$2
example=$prefix/share/e2e-host/examples/run_from_code

# 1. A project to run the tests of.
mkdir -p "$work/project/build/plugins" "$work/project/services"
cp "$1/plugins/users.so" "$work/project/build/plugins/"
printf 'services:\n  users:\n    base_url: %s\n' "$users_url" >"$work/project/e2e.conf"

# 2. By CMake.
quietly cmake -S "$example" -B "$work/by_cmake" -DCMAKE_PREFIX_PATH="$prefix"
quietly cmake --build "$work/by_cmake"

# 3. By pkg-config.
export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
[ "$(pkg-config --modversion e2e-host)" = "$("$prefix/bin/e2e-host" version | cut -d' ' -f2)" ] || fail "another version"
[ -x "$(pkg-config --variable=program e2e-host)" ] || fail "pkg-config names no program"
# shellcheck disable=SC2046
quietly "${CXX:-c++}" -std=c++20 -pthread "$example/main.cpp" $(pkg-config --cflags --libs e2e-host) \
  "-Wl,-rpath,$prefix/$libdir" -o "$work/by_pkg_config"

# 4. Both find the program that was installed with the library, and run the tests while their thread works.
for program in "$work/by_cmake/run_from_code" "$work/by_pkg_config"; do
  (cd / && "$program" "$work/project/services" 2) >"$work/output" 2>&1 || { cat "$work/output" >&2; fail "$program failed"; }
  grep -qE '^users: ([1-9][0-9]*)/\1 passed$' "$work/output" || { cat "$work/output" >&2; fail "no line for users"; }
  expect "meanwhile: other work went on" "$work/output"
done

# 5. A test that fails, and a program that is gone.
code=0
printf 'services:\n  users:\n    base_url: http://127.0.0.1:9\n' >"$work/project/e2e.conf"
"$work/by_pkg_config" "$work/project" >"$work/output" 2>&1 || code=$?
[ "$code" -eq 1 ] || { cat "$work/output" >&2; fail "ended with $code, not 1"; }
expect "  users::01_create_user::" "$work/output"
rm "$prefix/bin/e2e-host"
code=0
"$work/by_pkg_config" "$work/project" >"$work/output" 2>&1 || code=$?
[ "$code" -eq 4 ] || { cat "$work/output" >&2; fail "ended with $code, not 4"; }
expect "error: the program e2e-host was not found: it is neither $prefix/bin/e2e-host nor in \$PATH" "$work/output"
echo "library: all well"
