#!/usr/bin/env bash
# The packages that cpack makes: what is in them, what they need, and that they run from where they are unpacked.
#
#   packages.sh BUILD
. "$(dirname "$0")/installed.sh"
cd "$work"
for generator in DEB TGZ; do quietly cpack --config "$1/CPackConfig.cmake" -G "$generator" -B "$work/packages"; done
cd packages

field() { dpkg-deb --field "$1" "$2"; }
for package in e2e-host e2e-sdk libe2e-host-dev; do
  file=$(echo "${package}"_*.deb)
  [ -f "$file" ] || fail "there is no package $package"
  [ "$(field "$file" Package)" = "$package" ] || fail "$file is called $(field "$file" Package)"
  mkdir "$work/$package"
  dpkg-deb -x "$file" "$work/$package"
done
[ "$(field e2e-sdk_*.deb Architecture)" = all ] || fail "the SDK is for one architecture"
field e2e-host_*.deb Depends >"$work/depends"
for needed in libc6 libstdc++6 "libcurl4t64 | libcurl4" libfmt; do expect "$needed" "$work/depends"; done
field libe2e-host-dev_*.deb Depends | grep -q '^e2e-host (= ' || fail "the library takes any e2e-host"

# Nothing is in two packages, and no compiler is needed for the host.
for package in e2e-host e2e-sdk libe2e-host-dev; do (cd "$work/$package" && find . -type f | sort); done | sort | uniq -d >"$work/twice"
[ ! -s "$work/twice" ] || { cat "$work/twice" >&2; fail "files in two packages"; }
! grep -qE 'g\+\+|cmake' "$work/depends" || fail "the host needs a compiler"

# A project from the SDK's package, run by the host's.
export PATH=$work/e2e-host/usr/bin:/usr/bin:/bin CMAKE_PREFIX_PATH=$work/e2e-sdk/usr
quietly e2e-host init "$work/project" --service smoked
cd "$work/project"
sed -i 's/^    start:/    plugins: {smoke: {latency_ms: 20000}}\n&/' e2e.conf
quietly e2e-host run --build
expect "smoked" "$work/log"
expect "6 tests, 1 service" "$work/log"

# The tarball: all in one folder, moved.
mkdir "$work/unpacked"
tar -xzf "$work"/packages/e2e-host-*-linux_*.tar.gz -C "$work/unpacked"
mv "$work"/unpacked/e2e-host-* "$work/elsewhere"
[ ! -d "$work/elsewhere/usr" ] || fail "the tarball has everything below usr"
PATH=$work/elsewhere/bin:/usr/bin:/bin
unset CMAKE_PREFIX_PATH
rm -rf build
quietly e2e-host run --build # CMake looks for the SDK beside the program in PATH
expect "6 tests, 1 service" "$work/log"
