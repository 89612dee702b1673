#!/usr/bin/env bash
# Builds the plugins that are kept beside this script, from the SDK as it is now, and writes their hashes:
#
#   tests/abi/prebuilt/make.sh BUILD        BUILD: a built tree, for its SDK
#
# They stand for plugins that somebody built once and never again, so after a release those that are here are never made
# anew: the next minor version of the ABI gets files of its own beside them. Before the first release they follow the
# layouts. Needs gcc, clang, libc++ and the cross compiler for arm64 (tools/install-deps.sh test).
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../packaging/installed.sh"
install_moved "$(cd "$1" && pwd)"
unset CC CXX CFLAGS CXXFLAGS LDFLAGS CMAKE_C_COMPILER_LAUNCHER CMAKE_CXX_COMPILER_LAUNCHER
small="-Os -ffunction-sections -fdata-sections"
abi=1.0

# keep MACHINE-COMPILER-LIBRARY CC CXX STRIP FLAGS [CMAKE-ARGUMENT...]
keep() {
  local name=$1 cc=$2 cxx=$3 strip=$4 flags=$5 plugin
  shift 5
  quietly cmake -S "$here/../compat" -B "$work/$name" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_C_FLAGS="$small" -DCMAKE_CXX_FLAGS="$small $flags" -DCMAKE_MODULE_LINKER_FLAGS="-Wl,--gc-sections" -DCMAKE_UNITY_BUILD=ON \
    -DPLAIN_C="$prefix/share/e2e-sdk/examples/plain_c/plain_c.c" "$@"
  quietly cmake --build "$work/$name"
  "$strip" "$work/$name"/plugins/*.so
  cp "$work/$name/plugins/compat.so" "$here/compat-$abi-$name.so"
  # In C: the library of C++ is none of its business.
  cp "$work/$name/plugins/plain_c.so" "$here/plain_c-$abi-${name%-lib*}.so"
}

keep x86_64-gcc-libstdc++ gcc g++ strip ""
keep x86_64-clang-libc++ clang clang++ strip "-stdlib=libc++"
keep aarch64-gcc-libstdc++ aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ aarch64-linux-gnu-strip "" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64
cd "$here"
for plugin in *.so; do [ "$(stat -c %s "$plugin")" -lt 204800 ] || fail "$plugin is larger than 200 KB"; done
sha256sum ./*.so >SHA256SUMS
ls -l ./*.so
