#!/usr/bin/env bash
# Fuzzes what reads bytes of others: tests/fuzz/run.sh [--seconds N] [--build FOLDER] [NAME...]; default: 15 seconds each of
# all of them, from the seeds in tests/fuzz/corpus. What breaks one is left in the build folder as
# NAME-crash-..., to become a seed and a test. Exit code 77: there is no clang with libFuzzer.
set -euo pipefail
cd "$(dirname "$0")"
seconds=15 build=../../build/fuzz names=()
while [ $# -gt 0 ]; do case $1 in
  --seconds) seconds=$2; shift 2 ;;
  --build) build=$2; shift 2 ;;
  -*) echo "usage: tests/fuzz/run.sh [--seconds N] [--build FOLDER] [NAME...]" >&2; exit 2 ;;
  *) names+=("$1"); shift ;;
esac; done
[ ${#names[@]} -gt 0 ] || names=(archive config elf frames journal lock manifest reports trust)

compiler=$(command -v clang++-14 || command -v clang++ || true)
mkdir -p "$build"
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$build/try.cpp"
if [ -z "$compiler" ] || ! "$compiler" -fsanitize=fuzzer,address "$build/try.cpp" -o "$build/try" 2>"$build/try.log"; then
  echo "there is no clang with libFuzzer here: tools/install-deps.sh test"
  exit 77
fi

targets=("${names[@]/%/_fuzz}")
env -u CXXFLAGS cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=None >"$build/cmake.log" 2>&1 ||
  { cat "$build/cmake.log" >&2; exit 1; }
cmake --build "$build" --target "${targets[@]}" >"$build/build.log" 2>&1 || { cat "$build/build.log" >&2; exit 1; }

failed=0
for name in "${names[@]}"; do
  corpus=$build/corpus/$name
  mkdir -p "$corpus"
  cp -n corpus/"$name"/* "$corpus" 2>/dev/null || true
  # A plugin is the best seed for a reader of plugins.
  if [ "$name" = elf ] && ! cp -n "$build"/../tests/stub/*.so "$build"/../tests/unloadable/*.so "$corpus"; then
    echo "there is no plugin beside $build to begin with: tools/build.sh" >&2
    exit 1
  fi
  if (cd "$build" && "./${name}_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$name-" "corpus/$name") >"$build/$name.log" 2>&1; then
    echo "$name: $(grep -oE 'stat::number_of_executed_units: *[0-9]+' "$build/$name.log" | grep -oE '[0-9]+$') inputs, nothing found"
  else
    echo "$name: found something: $build/$name.log"
    tail -n 40 "$build/$name.log"
    failed=1
  fi
done
exit "$failed"
