#!/usr/bin/env bash
# One plugin, built by each compiler with each standard library, in C, optimised and stripped: the same host runs them all,
# and each test comes to the same. Passes over compilers that are not installed, and says which were there.
#
#   compilers.sh BUILD
. "$(dirname "$0")/installed.sh"
build=$1
sources=$(cd "$(dirname "$0")/../abi/compat" && pwd)
install_moved "$build"
start_backend "$build"
export PATH=$prefix/bin:/usr/bin:/bin
. "$sources/../run_compat.sh"
unset CC CXX CFLAGS CXXFLAGS LDFLAGS
run=() absent=()

# build_and_run NAME CC CXX FLAGS [CMAKE-ARGUMENT...]
build_and_run() {
  local name=$1 cc=$2 cxx=$3 flags=$4 folder=$work/$1 plugin
  shift 4
  command -v "$cxx" >/dev/null || { absent+=("$name: there is no $cxx"); return; }
  echo 'int main() {}' >"$work/try.cpp"
  # shellcheck disable=SC2086
  "$cxx" $flags "$work/try.cpp" -include string -o "$work/try" 2>"$work/log" || { absent+=("$name: $cxx can't do $flags"); return; }
  quietly cmake -S "$sources" -B "$folder" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_UNITY_BUILD=ON -DPLAIN_C="$prefix/share/e2e-sdk/examples/plain_c/plain_c.c" "$@"
  quietly cmake --build "$folder"
  for plugin in "$folder"/plugins/*.so; do
    strip "$plugin"
    run_compat "$plugin"
    run+=("$name $(basename "$plugin" .so): $(e2e-host inspect "$plugin" | awk '$1 == "compiler" || $1 == "stdlib" { $1 = ""; printf "%s%s", sep, $0; sep = "," }')")
  done
}

clang=$(command -v clang-14 || command -v clang || echo clang)
build_and_run gcc gcc g++ "-O2" -DCOMPAT_LINKED_IN=ON
build_and_run gcc-old-strings-and-checks gcc g++ "-O0 -D_GLIBCXX_USE_CXX11_ABI=0 -D_GLIBCXX_DEBUG"
build_and_run gcc-link-time gcc g++ "-O3 -march=native" -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON
build_and_run clang-libstdc++ "$clang" "${clang/clang/clang++}" "-O1"
build_and_run clang-libc++ "$clang" "${clang/clang/clang++}" "-O1 -stdlib=libc++" -DCOMPAT_LINKED_IN=ON
printf 'ran    %s\n' "${run[@]}"
[ ${#absent[@]} -eq 0 ] || printf 'absent %s\n' "${absent[@]}"
[ "${#run[@]}" -gt 0 ] || fail "no compiler was there"
