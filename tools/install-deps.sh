#!/usr/bin/env bash
# Installs the distribution packages that the project needs, those that are missing. Quick when nothing is.
#
#   tools/install-deps.sh build|package|test|check
#
# build: to build and run the host and the example services. package: also to make packages of them. test: also what the
# tests need. check: also format and static analysis. Without root or sudo it lists what is missing and exits with 2.
set -euo pipefail

build=(ca-certificates cmake g++ git libarchive-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libdw-dev libfmt-dev libpugixml-dev libsodium-dev libspdlog-dev libsqlite3-dev
       libutf8proc-dev libvalijson-dev libxxhash-dev libyaml-cpp-dev ninja-build nlohmann-json3-dev pkg-config rapidjson-dev)
package=(dpkg-dev file)
test=(binutils catch2 chromium clang curl libc++-dev libc++abi-dev nginx-light openssl procps python3-gunicorn python3-httpbin
      python3-junitparser qemu-user-static tmux)
check=(clang-format clang-tidy)

# Boost: at least 1.81, which Debian 12 has beside its default of 1.74.
if apt-cache show libboost1.81-dev >/dev/null 2>&1; then build+=(libboost1.81-dev libboost-filesystem1.81-dev)
else build+=(libboost-dev libboost-filesystem-dev); fi

# libFuzzer, which clang only recommends.
runtime=$(apt-cache depends clang 2>/dev/null | sed -nE 's/.*Depends: clang-([0-9]+)$/libclang-rt-\1-dev/p' | head -n 1)
if [ -n "$runtime" ] && apt-cache show "$runtime" >/dev/null 2>&1; then test+=("$runtime"); fi

# The cross compiler for arm64.
if [ "$(uname -m)" = x86_64 ]; then test+=(g++-aarch64-linux-gnu); fi

wanted=("${build[@]}")
case ${1:-build} in
  build) ;;
  package) wanted+=("${package[@]}") ;;
  test) wanted+=("${package[@]}" "${test[@]}") ;;
  check) wanted+=("${package[@]}" "${test[@]}" "${check[@]}") ;;
  *) echo "usage: tools/install-deps.sh build|package|test|check" >&2; exit 2 ;;
esac

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
missing=()
for package in "${wanted[@]}"; do installed "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
  else
    printf 'These packages are missing; have them installed, then run this again:\n  apt-get install %s\n' "${missing[*]}" >&2
    exit 2
  fi
fi
export DEBIAN_FRONTEND=noninteractive
if [ -z "${E2E_DEPS_AGAIN:-}" ]; then
  # Without lists the right Boost could not be told above: look again with fresh ones.
  "${as_root[@]}" apt-get update -qq
  E2E_DEPS_AGAIN=1 exec "$0" "$@"
fi
echo "Installing: ${missing[*]}"
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
